-- What was stored in address books and calendars, so that a later import knows its own from what the user did.

-- A collection at the destination; survives its batch.
create table groupware_collection (
  id      varchar(36) primary key,
  account varchar(1000) not null,
  url     varchar(1500) not null,
  unique (account, url)
);

-- A card or event there, by the digest of its UID. Digests are of what it says, not of its octets.
create table stored_resource (
  collection_id varchar(36) not null references groupware_collection (id),
  uid           varchar(32) not null,
  href          text not null,
  -- As the server gave it; null where it gives none.
  etag          text,
  -- Of the export that was stored, and of what the server made of it.
  sent          varchar(32) not null,
  held          varchar(32) not null,
  primary key (collection_id, uid)
);

-- A collection at the old provider that is pulled from, and its sync-token (RFC 6578) when all up to it had arrived.
create table pulled_collection (
  id         varchar(36) primary key,
  account    varchar(1000) not null,
  url        varchar(1500) not null,
  sync_token text,
  unique (account, url)
);

-- A resource there that has arrived, by the digest of its path, and its ETag then.
create table pulled_resource (
  collection_id varchar(36) not null references pulled_collection (id),
  path          varchar(32) not null,
  etag          text not null,
  primary key (collection_id, path)
);
