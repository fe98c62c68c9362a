-- Leave to fill a draft once, without a token: the digest of the secret in its upload URL, and what became of it.
create table direct_upload (
  account_id text not null,
  image_id text not null,
  secret_digest text not null,
  expires_at integer not null,
  used_at integer,
  failure_count integer not null,
  primary key (account_id, image_id)
) strict, without rowid;
-- The sweep removes what has expired, and the drafts that were never filled.
create index direct_upload_by_expiry on direct_upload (expires_at);

-- What was answered to a request with an idempotency key; sealed, since an answer may hold an upload URL.
create table idempotency_key (
  account_id text not null,
  key text not null,
  fingerprint text not null,
  master_key_id text not null,
  sealed blob not null,
  created_at integer not null,
  primary key (account_id, key)
) strict, without rowid;
-- The sweep removes what is over a day old.
create index idempotency_key_by_time on idempotency_key (created_at);
