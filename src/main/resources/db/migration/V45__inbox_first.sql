-- Whether its INBOX may be copied while its window is closed, as its policy says.
alter table mailbox add column inbox_first boolean default false not null;
-- Of a pass of such a mailbox: ONLY while its window is closed and its INBOX alone is copied, DONE when that is done.
alter table pass add column inbox varchar(4);
