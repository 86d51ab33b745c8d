-- What is known of copies beside their places.

-- Copies that no comparison has seen yet: source UIDs of one batch, "3:7,9".
create table unseen_copy (
  folder_pair_id varchar(36) not null references folder_pair (id),
  source_uids    text not null
);
create index unseen_copy_by_folder on unseen_copy (folder_pair_id);

-- Messages that the destination refused as they are and took with the least change. Both are known by digests, since
-- UIDs may be dealt anew.
create table repaired_copy (
  source_account      varchar(2000) not null,
  destination_account varchar(2000) not null,
  original            varchar(16) not null,
  copy_header         varchar(16) not null,
  copy_fields         varchar(16),
  copy_body           varchar(16) not null,
  octets              bigint not null,
  repairs             varchar(1000) not null,
  primary key (source_account, destination_account, original)
);
