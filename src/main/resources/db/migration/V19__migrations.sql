-- What a request opens is a migration; a batch is of messages only.
alter table batch rename to migration;
alter index mailbox_by_batch rename to mailbox_by_migration;
alter table mailbox rename column batch_id to migration_id;
alter table rejected_row rename column batch_id to migration_id;
