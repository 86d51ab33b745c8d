-- How many messages of a source folder rules of people had left out when all in it was last accounted for, and by which rules.
alter table folder_pair add column left_out bigint default 0 not null;
alter table folder_pair add column left_out_by varchar(64) default '' not null;
