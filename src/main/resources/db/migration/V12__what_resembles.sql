-- Messages that were copied although the destination held others of the same Message-ID: every certificate tells it.
create table resembling_copy (
    folder_pair_id varchar(36) primary key references folder_pair (id),
    messages bigint not null,
    named bigint not null
);
