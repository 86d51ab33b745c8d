-- Messages that were sent again, since our server said it had stored them and did not show them: source UIDs, "3:7,9", and the
-- lowest UID that the first copies can have. These may come to light in any later pass.
create table sent_again (
  folder_pair_id      varchar(36) primary key references folder_pair (id),
  source_uids         text not null,
  destination_uidnext bigint not null
);

-- The folders of our server as they were before a pass first did not find what it had sent. What has a lower UID was there before.
create table folder_before (
  source_account      varchar(2000) not null,
  destination_account varchar(2000) not null,
  folder              varchar(2000) not null,
  uidvalidity         bigint not null,
  uidnext             bigint not null
);
create index folder_before_by_account on folder_before (source_account, destination_account);
