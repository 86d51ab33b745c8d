-- How much was recorded of the mailbox when its pass was taken over last: whether it has got further since.
alter table pass add column recorded_at_takeover bigint default -1 not null;

-- One pass at most waits for a mailbox. A request that named one while a pass ran into it left two when that pass was
-- given back; the one that has begun goes on, on behalf of the last request.
update pass set migration_id = (select max(n.migration_id) from pass n where n.mailbox_id = pass.mailbox_id
    and n.state = 'WAITING')
  where state = 'WAITING';
delete from pass where state = 'WAITING' and exists (select 1 from pass f where f.mailbox_id = pass.mailbox_id
  and f.state = 'WAITING' and f.id < pass.id);
alter table pass add column waiting_mailbox varchar(220)
  generated always as (case when state = 'WAITING' then mailbox_id end) ${stored};
create unique index pass_waiting on pass (waiting_mailbox);

-- What waits for a program that has ended.
create index pass_by_only_node on pass (state, only_node);
