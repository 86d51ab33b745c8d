-- Signs the Message-IDs of our answers, the same on all nodes: an answer to one of them is known by it.
create table message_id_key (
  id     integer primary key,
  secret varchar(64) not null
);

-- The migration that an answer is about which tells of no request.
alter table answer add column about varchar(200);
