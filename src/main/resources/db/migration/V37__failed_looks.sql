-- Looks into the support mailbox that fail, since the last one that went well; no row where that one was the last.
create table failed_look (
  place varchar(100) not null primary key,
  since timestamp with time zone not null,
  due_at timestamp with time zone not null,
  failures integer not null,
  is_refused boolean not null,
  why varchar(1000) not null
);
