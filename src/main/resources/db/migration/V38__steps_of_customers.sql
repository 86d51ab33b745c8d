-- What a customer has to do for a mailbox, from when it was found until it is done, and the answer that told it.
create table customer_step (
  mailbox_id   varchar(220) not null references mailbox (id),
  migration_id varchar(200) not null references migration (id),
  code         varchar(40) not null,
  problem      text not null,
  -- Whether a pass found it, after both sides were looked at.
  by_pass      boolean not null,
  told_by      varchar(300),
  primary key (mailbox_id, migration_id, code)
);
create index customer_step_by_migration on customer_step (migration_id, told_by);

-- Steps tell it now.
alter table answer drop column read_at;
