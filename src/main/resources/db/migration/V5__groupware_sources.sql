-- Contacts and calendars can come in several files or from the old provider's server, and go into a
-- collection with a name.

alter table mailbox alter column contacts set data type varchar(1000000);
alter table mailbox alter column calendar set data type varchar(1000000);
alter table mailbox add column contacts_collection varchar(1000);
alter table mailbox add column calendar_collection varchar(1000);
