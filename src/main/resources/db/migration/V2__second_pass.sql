-- What the second pass needs to know of the first.

-- How the source folder stood when everything in it was last accounted for; -1 where that is unknown.
alter table folder_pair add column source_uidnext bigint default -1 not null;
alter table folder_pair add column source_messages bigint default -1 not null;
alter table folder_pair add column source_highestmodseq bigint default -1 not null;
-- MAILBOXID of the source folder (RFC 8474), where the server tells it.
alter table folder_pair add column source_mailbox_id varchar(255);
-- Whether the user has renamed the destination folder.
alter table folder_pair add column named_by_user boolean default false not null;

-- The accounts of which everything was recognised that the destination held before us. What else is there later came with the
-- ledger's knowledge, or is the user's.
create table recognised_account (
  source_account      varchar(2000) not null,
  destination_account varchar(2000) not null,
  primary key (source_account, destination_account)
);

-- COPIED by us, FOUND at the destination, or ELSEWHERE: stored once, from another label.
alter table copied_range add column standing varchar(10) default 'COPIED' not null;
-- Whether the messages have left the source folder since.
alter table copied_range add column gone boolean default false not null;

-- For 1000 source UIDs from first_uid on: the flags last written, and what tells each message from others.
create table copied_block (
  folder_pair_id varchar(36) not null references folder_pair (id),
  first_uid      bigint not null,
  details        varchar(1000000) not null,
  primary key (folder_pair_id, first_uid)
);

-- EMAILID (RFC 8474) or X-GM-MSGID of source messages, where the server tells it.
create table email_id (
  folder_pair_id varchar(36) not null references folder_pair (id),
  source_uid     bigint not null,
  email_id       varchar(255) not null,
  primary key (folder_pair_id, source_uid)
);
create index email_id_by_value on email_id (email_id);

-- Source messages that are not at the destination: SET_ASIDE or FAILED, and why.
create table open_message (
  folder_pair_id varchar(36) not null references folder_pair (id),
  source_uid     bigint not null,
  standing       varchar(10) not null,
  reason         varchar(4000) not null,
  primary key (folder_pair_id, source_uid)
);

-- Of the messages of the batch under way, as in copied_block.
alter table append_journal add column details text default '' not null;

-- Flags that are being changed at the destination: "+\Seen 3", "-\Flagged 4" by source UID, a line each.
create table flag_journal (
  folder_pair_id varchar(36) primary key references folder_pair (id),
  changes        varchar(1000000) not null
);

-- Copies that are being moved from one destination folder to another: "old=new" source UIDs.
create table move_journal (
  from_pair_id        varchar(36) not null references folder_pair (id),
  to_pair_id          varchar(36) not null references folder_pair (id),
  source_uids         varchar(1000000) not null,
  destination_uidnext bigint not null,
  primary key (from_pair_id, to_pair_id)
);

-- What the last comparison of the two folders showed, as JSON.
create table verified_folder (
  folder_pair_id varchar(36) primary key references folder_pair (id),
  comparison     text not null
);
