-- Who is signed in to the dashboard. A session is a token's shadow: it ends with it.
create table session (
  digest text collate "C" not null primary key,
  token_id text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null
);
-- The sweep removes what is over.
create index session_by_expiry on session (expires_at);
