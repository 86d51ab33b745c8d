-- Whether our server took the original and stored it otherwise; it was to be read out of a sentence.
alter table repaired_copy add column by_server boolean default false not null;
update repaired_copy set by_server = true where repairs like 'our server took it and stored it otherwise: %';

-- What is known of messages that the last comparison listed, beside the sentence. The comparison is JSON.
update verified_folder set comparison = replace(comparison,
  '"detail":"our server said that it had stored this message, and it is in no folder there"',
  '"finding":"NOT_STORED","detail":"our server said that it had stored this message, and it is in no folder there"');
update verified_folder set comparison = replace(comparison,
  '"detail":"its date (INTERNALDATE) is ',
  '"finding":"OTHER_DATE","detail":"its date (INTERNALDATE) is ');
update verified_folder set comparison = replace(comparison,
  '"detail":"the old provider gave other octets of it when it was asked again; the copy is as it gave them once"',
  '"finding":"GIVEN_OTHERWISE","detail":"the old provider gave other octets of it when it was asked again; the copy is as it gave them once"');
update verified_folder set comparison = replace(comparison,
  '"detail":"its content could not be compared: the old provider''s server did not give it"',
  '"finding":"NOT_GIVEN_BY_SOURCE","detail":"its content could not be compared: the old provider''s server did not give it"');
update verified_folder set comparison = replace(comparison,
  '"detail":"its content could not be compared: our server did not give it"',
  '"finding":"NOT_GIVEN_BY_DESTINATION","detail":"its content could not be compared: our server did not give it"');
