-- Answers go beside a dropped file, and to callers of the API, too. Those beside a file are written by the node that took the file.
alter table answer add column channel varchar(10) default 'mail' not null;
alter table answer add column place varchar(600) default '' not null;
alter table answer add column node varchar(200);
alter table answer add column problems text;
alter table answer alter column id set data type varchar(300);
create index answer_by_request on answer (request_id);

-- What came under a key, so that another request with the same key is told apart, and how it was read.
alter table request add column content_digest varchar(64);
alter table request add column reading text;
