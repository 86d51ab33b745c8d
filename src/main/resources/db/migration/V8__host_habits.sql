-- What was learned of a mail server that it does not say of itself, and how it is treated for that.

create table host_habit (
  host  varchar(255) not null,
  habit varchar(40) not null,
  since timestamp with time zone not null,
  primary key (host, habit)
);
