-- Whether the destination broke off while it was given the batch; it may then have kept messages and lost their flags.
alter table append_journal add column broke_off boolean default false not null;
