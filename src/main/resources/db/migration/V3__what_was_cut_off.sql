-- What was under way at the destination when a pass was cut off, beside appends, flags and moves.

-- Copies that are being removed, as their messages were at the source: source UIDs, "3,4,9".
create table removal_journal (
  folder_pair_id varchar(36) primary key references folder_pair (id),
  source_uids    text not null
);

-- Messages whose append was cut off, so that the destination may show later what it had kept of it: source UIDs, and the lowest
-- UID that it can show them with.
create table doubtful_copy (
  folder_pair_id      varchar(36) primary key references folder_pair (id),
  source_uids         text not null,
  destination_uidnext bigint not null
);
