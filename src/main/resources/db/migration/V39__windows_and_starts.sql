-- The start that its request asked for: it is not due before.
alter table pass add column not_before timestamp with time zone;
-- The one that it asked for, where it came too late for that.
alter table pass add column wanted_start timestamp with time zone;
-- Whether its sender has to say first when it starts.
alter table pass add column start_asked boolean default false not null;
-- The window that the last request named, as text; that of the configuration when it is null.
alter table mailbox add column time_window varchar(400);

-- When the passes of a window may run now, or next. The empty text is the window of the configuration.
create table time_window (
  text      varchar(400) primary key,
  opens_at  timestamp with time zone not null,
  closes_at timestamp with time zone not null
);
