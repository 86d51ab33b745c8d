-- The same on H2 and PostgreSQL. Times are instants in UTC.

create table batch (
  id          varchar(200) primary key,
  name        varchar(1000) not null,
  opened_at   timestamp with time zone not null,
  finished_at timestamp with time zone
);

create table rejected_row (
  batch_id  varchar(200) not null references batch (id),
  position  integer not null,
  line      integer not null,
  in_column varchar(200) not null,
  shown     text not null,
  problem   text not null,
  remedy    text not null,
  primary key (batch_id, position)
);

create table mailbox (
  id                  varchar(220) primary key,
  batch_id            varchar(200) not null references batch (id),
  row_number          integer not null,
  source_address      varchar(1000) not null,
  source_host         varchar(1000) not null,
  source_port         integer not null,
  source_security     varchar(20) not null,
  source_username     varchar(1000) not null,
  destination_address varchar(1000) not null,
  contacts            varchar(4000),
  calendar            varchar(4000),
  pass                varchar(20) not null,
  state               varchar(20) not null,
  result              text
);

create table mailbox_event (
  mailbox_id varchar(220) not null references mailbox (id),
  position   integer not null,
  at         timestamp with time zone not null,
  state      varchar(20) not null,
  actor      varchar(200) not null,
  reason     text not null,
  primary key (mailbox_id, position)
);

-- Sealed by secrets.Vault; deleted when the migration closes.
create table credential (
  mailbox_id varchar(220) not null,
  role       varchar(20) not null,
  sealed     varchar(8000) not null,
  stored_at  timestamp with time zone not null,
  primary key (mailbox_id, role)
);

-- A source folder and where it goes; survives its batch, so that a later request knows what is there.
create table folder_pair (
  id                      varchar(36) primary key,
  source_account          varchar(2000) not null,
  destination_account     varchar(2000) not null,
  source_folder           varchar(2000) not null,
  destination_folder      varchar(2000) not null,
  source_uidvalidity      bigint not null,
  destination_uidvalidity bigint not null,
  unique (source_account, destination_account, source_folder)
);

-- Source UIDs first..first+length-1 were stored as destination UIDs from destination_first on, or as
-- unknown ones where destination_first is 0.
create table copied_range (
  folder_pair_id    varchar(36) not null references folder_pair (id),
  source_first      bigint not null,
  length            bigint not null,
  destination_first bigint not null,
  primary key (folder_pair_id, source_first)
);

-- The batch that is being appended; still there at the start of a pass, it was cut off.
create table append_journal (
  folder_pair_id      varchar(36) primary key references folder_pair (id),
  source_sizes        text not null,
  destination_uidnext bigint not null
);

create index mailbox_by_batch on mailbox (batch_id);
create index mailbox_by_state on mailbox (state);
