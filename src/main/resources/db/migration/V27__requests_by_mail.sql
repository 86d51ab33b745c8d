-- What makes a request known again when it comes once more, such as a mail after a kill: it opens one migration.
alter table request add column request_key varchar(200);
create unique index request_by_key on request (request_key);

-- Mails that were looked at and stay where they are: they are no requests, or wait for a person.
create table left_mail (
  place   varchar(600) primary key,
  left_at timestamp with time zone not null
);

-- What the senders of mails are told: due until it is sent.
create table answer (
  id          varchar(64) primary key,
  request_id  varchar(200) references request (id),
  recipient   varchar(320) not null,
  subject     varchar(400) not null,
  replies_to  varchar(600) not null,
  thread      text not null,
  notes       text not null,
  queued_at   timestamp with time zone not null,
  due_at      timestamp with time zone not null,
  attempts    integer default 0 not null,
  sent_at     timestamp with time zone,
  given_up    boolean default false not null
);
create index answer_due on answer (sent_at, given_up, due_at);
create index answer_by_recipient on answer (recipient, queued_at);
