-- The inbox of @imagehooks/receiver: one row for each event that was claimed. Instants are milliseconds since 1970.
create table if not exists imagehooks_inbox (
  key text primary key,
  token text not null,
  lease_until integer not null,
  keep_until integer not null,
  done_at integer
) without rowid;

create index if not exists imagehooks_inbox_keep_until on imagehooks_inbox (keep_until);
