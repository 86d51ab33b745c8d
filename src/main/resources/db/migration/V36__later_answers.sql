-- When the database was read for an answer the last time it was given: what ended later, it does not tell.
alter table answer add column read_at timestamp with time zone;

-- The answer before: this one tells what was found after that; null for the first answer.
alter table answer add column follows varchar(300);
