-- Who is signed in to the dashboard. A session is a token's shadow: it ends with it.
create table session (
  digest text not null primary key,
  token_id text not null,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;
-- The sweep removes what is over.
create index session_by_expiry on session (expires_at);
