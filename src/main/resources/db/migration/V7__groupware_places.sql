-- Where contacts and events go, so that they go there again whatever the user calls it by now.

-- What was put into which collection at the destination, by a digest of what it was: exported files for a name, or one
-- collection of an old provider.
create table groupware_choice (
  account       varchar(1000) not null,
  choice        varchar(32) not null,
  collection_id varchar(36) not null references groupware_collection (id),
  primary key (account, choice)
);

-- Into which collection it has arrived; null for what was pulled before this was taken down.
alter table pulled_collection add column destination_id varchar(36);

-- Digests of the UIDs in it, with spaces between them.
alter table pulled_resource add column uids text;
