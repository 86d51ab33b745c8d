-- In how many passes an account was refused since it last was let in: after a few, the report says so.
create table refused_login (
  account varchar(1000) primary key,
  passes  integer not null,
  since   timestamp with time zone not null
);
