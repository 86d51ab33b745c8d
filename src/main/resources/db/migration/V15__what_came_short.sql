-- Messages of which the old provider gave fewer octets than it announces, or each time others. They are known by the
-- digest of what came, since UIDs may be dealt anew; folder and UID say where to ask again.
create table short_message (
  source_account      varchar(2000) not null,
  destination_account varchar(2000) not null,
  folder_pair_id      varchar(36) not null,
  source_uid          bigint not null,
  given               varchar(16) not null,
  announced           bigint not null,
  octets              bigint not null,
  sure                boolean not null,
  primary key (folder_pair_id, source_uid, given)
);

-- Of how many messages of an account as many octets came as were announced, and of how many others.
create table announced_size (
  source_account      varchar(2000) not null,
  destination_account varchar(2000) not null,
  fitting             bigint not null,
  others              bigint not null,
  primary key (source_account, destination_account)
);

-- Copies of messages that servers are known to store otherwise without a word (NUL, 8-bit headers), and that no comparison
-- has read yet: source UIDs of one batch, "3:7,9".
create table delicate_copy (
  folder_pair_id varchar(36) not null references folder_pair (id),
  source_uids    text not null
);
create index delicate_copy_by_folder on delicate_copy (folder_pair_id);
