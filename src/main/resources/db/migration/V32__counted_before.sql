-- Octets at the source as a preflight counted them, for the forecast; null where that is not known.
alter table preflight add column bytes bigint;
