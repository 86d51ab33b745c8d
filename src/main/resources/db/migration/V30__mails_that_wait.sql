-- Who wrote a mail that stays where it is, and why it does. It waits for a person until it is gone: read, moved or deleted.
alter table left_mail add column sender varchar(320) default '' not null;
alter table left_mail add column why varchar(1000) default '' not null;
alter table left_mail add column waits boolean default false not null;
alter table left_mail add column gone boolean default false not null;
create index left_mail_waiting on left_mail (waits, gone, left_at);

-- Mails that could not be taken, and when they are tried again.
create table failed_mail (
  place     varchar(600) primary key,
  failures  integer not null,
  failed_at timestamp with time zone not null,
  due_at    timestamp with time zone not null
);
