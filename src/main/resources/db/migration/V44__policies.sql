-- What the policy of a mailbox sets, as JSON; null where it has none. A start brings it to what is configured then.
alter table mailbox add column policy varchar(2000);
-- Of it what statements need: its window, as text, and the minutes between passes; null where it sets none.
alter table mailbox add column policy_window varchar(400);
alter table mailbox add column resync_minutes int;
create index mailbox_by_resync on mailbox (resync_minutes);
