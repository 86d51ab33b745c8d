-- What was to be read out of a name and of sentences is told by columns.

-- The name of a source folder before another took its place; null where none did.
alter table folder_pair add column replaced_folder varchar(2000);
update folder_pair set replaced_folder = substring(source_folder from 1 for position(U&'\000A' in source_folder) - 1)
  where position(U&'\000A' in source_folder) > 0;

-- standing is SET_ASIDE, FAILED, BROKEN_OFF, HELD or NOT_STORED.
update open_message set standing = 'HELD'
  where standing = 'FAILED' and reason = 'our server may hold it already, and does not show all that it holds';
update open_message set standing = 'NOT_STORED'
  where standing = 'FAILED'
  and reason = 'our server said that it had stored this message, and it is in no folder there';
update open_message set standing = 'BROKEN_OFF'
  where standing = 'FAILED'
  and (reason like 'the old provider fails each time this message is asked for%'
    or reason like 'the old provider asks for time whenever this message is asked for: %');
