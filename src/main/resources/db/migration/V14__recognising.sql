-- What the destination holds of the folder is still being found out: after a kill this is begun anew.
alter table folder_pair add column recognising boolean default false not null;
