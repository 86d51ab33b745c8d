-- What a row says beyond servers, logins and files, as JSON, so that a new column of the request needs no new column here.

alter table mailbox add column options varchar(1000000);
update mailbox set options = '{"values":{"contacts_collection":"'
    || replace(replace(contacts_collection, '\', '\\'), '"', '\"') || '"}}'
  where contacts_collection is not null and calendar_collection is null;
update mailbox set options = '{"values":{"calendar_collection":"'
    || replace(replace(calendar_collection, '\', '\\'), '"', '\"') || '"}}'
  where contacts_collection is null and calendar_collection is not null;
update mailbox set options = '{"values":{"contacts_collection":"'
    || replace(replace(contacts_collection, '\', '\\'), '"', '\"') || '","calendar_collection":"'
    || replace(replace(calendar_collection, '\', '\\'), '"', '\"') || '"}}'
  where contacts_collection is not null and calendar_collection is not null;
alter table mailbox drop column contacts_collection;
alter table mailbox drop column calendar_collection;
