-- The tables of @imagehooks/receiver, for D1, SQLite and PostgreSQL alike. Instants are milliseconds since 1970.

-- One row for each event that was claimed.
create table if not exists imagehooks_inbox (
  key text primary key,
  token text not null,
  lease_until bigint not null,
  keep_until bigint not null,
  done_at bigint
);
create index if not exists imagehooks_inbox_keep_until on imagehooks_inbox (keep_until);
