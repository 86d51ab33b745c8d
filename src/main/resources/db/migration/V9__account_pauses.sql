-- Until when a server wants an account left alone: looked at before each login, by any pass and any command.
create table account_pause (
  account    varchar(1000) primary key,
  not_before timestamp with time zone not null,
  code       varchar(40) not null,
  cause      varchar(2000) not null
);
