-- In which language an answer is given; empty where the request does not tell it.
alter table answer add column language varchar(10) default '' not null;

-- The program that is giving an answer now; another one gives it when that is gone.
alter table answer add column taken_by varchar(200);
