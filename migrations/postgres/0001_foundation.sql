-- The same tables as on SQLite. Text compares bytewise on both, so each text column says `collate "C"`, whatever the
-- locale of the database.

-- The database's own clock in milliseconds since 1970, as it was when the present statement arrived.
create function db_now() returns bigint language sql stable parallel safe
  return floor(extract(epoch from statement_timestamp()) * 1000)::bigint;

-- Tenants and their tokens.
create table account (
  id text collate "C" not null primary key,
  hash text collate "C" not null unique,
  name text collate "C" not null,
  created_at bigint not null
);

create table api_token (
  id text collate "C" not null primary key,
  account_id text collate "C" not null,
  digest text collate "C" not null unique,
  name text collate "C" not null,
  created_at bigint not null,
  revoked_at bigint
);
-- Lists an account's tokens.
create index api_token_by_account on api_token (account_id, id);

-- Images. `state` is 'draft' until the bytes have arrived.
create table image (
  account_id text collate "C" not null,
  id text collate "C" not null,
  state text collate "C" not null,
  filename text collate "C" not null,
  format text collate "C" not null,
  width integer not null,
  height integer not null,
  size_bytes bigint not null,
  blob_key text collate "C" not null,
  digest text collate "C" not null,
  meta text collate "C",
  creator text collate "C",
  require_signed_urls integer not null,
  uploaded_at bigint not null,
  primary key (account_id, id)
);
-- Lists by upload time.
create index image_by_time on image (account_id, uploaded_at, id) where state = 'stored';
-- The sweep asks whether a blob still has its row.
create unique index image_by_blob on image (blob_key);

create table variant (
  account_id text collate "C" not null,
  id text collate "C" not null,
  fit text collate "C" not null,
  exif_policy text collate "C" not null,
  width integer not null,
  height integer not null,
  never_require_signed_urls integer not null,
  revision integer not null,
  primary key (account_id, id)
);

-- Events: immutable facts. The body is stored once and sent byte for byte.
create table event (
  id text collate "C" not null primary key,
  account_id text collate "C" not null,
  type text collate "C" not null,
  image_id text collate "C" not null,
  created_at bigint not null,
  is_test integer not null,
  body bytea not null
);
-- Keeps an image's timestamps strictly increasing, and finds the latest.
create unique index event_by_image on event (account_id, image_id, created_at);

-- The order in which events became visible. One sequencer gives positions, so readers skip nothing.
-- Every row is written twice, so vacuum comes early here and for the deliveries; room in the pages keeps updates local.
create table event_feed (
  event_id text collate "C" not null primary key,
  account_id text collate "C" not null,
  position bigint
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
create unique index event_feed_by_position on event_feed (position) where position is not null;
create index event_feed_waiting on event_feed (event_id) where position is null;
create table feed_sequence (
  id integer not null primary key,
  last_position bigint not null
) with (fillfactor = 10, autovacuum_vacuum_threshold = 100);
insert into feed_sequence (id, last_position) values (1, 0);

-- Webhook endpoints. Removal is soft: what is in flight is still recorded.
create table endpoint (
  id text collate "C" not null primary key,
  account_id text collate "C" not null,
  url text collate "C" not null,
  name text collate "C" not null,
  headers_key_id text collate "C" not null,
  headers_sealed bytea not null,
  is_primary integer not null,
  state text collate "C" not null,
  state_reason text collate "C",
  state_since bigint not null,
  max_concurrency integer,
  rate_limit integer,
  revision integer not null,
  created_at bigint not null,
  modified_at bigint not null,
  deleted_at bigint
);
create index endpoint_by_account on endpoint (account_id, id) where deleted_at is null;
-- One primary endpoint per account.
create unique index endpoint_primary on endpoint (account_id) where is_primary = 1 and deleted_at is null;

create table endpoint_event_type (
  endpoint_id text collate "C" not null,
  type text collate "C" not null,
  primary key (endpoint_id, type)
);

create table endpoint_secret (
  id text collate "C" not null primary key,
  endpoint_id text collate "C" not null,
  key_id text collate "C" not null,
  sealed bytea not null,
  created_at bigint not null,
  expires_at bigint
);
create index endpoint_secret_by_endpoint on endpoint_secret (endpoint_id, id);

-- The queue of one endpoint. Appends never write it; its owner is the only one to send from it.
create table lane (
  id text collate "C" not null primary key,
  endpoint_id text collate "C" not null,
  owner text collate "C",
  epoch integer not null,
  lease_until bigint not null,
  retired_at bigint
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 100);
create index lane_by_endpoint on lane (endpoint_id);

-- One event on its way to one endpoint: written when it is appended and when it is settled.
create table delivery (
  event_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  account_id text collate "C" not null,
  lane_id text collate "C" not null,
  tier integer not null,
  state text collate "C" not null,
  reason text collate "C",
  due_at bigint not null,
  give_up_at bigint not null,
  step integer not null,
  attempt_count integer not null,
  revision integer not null,
  created_at bigint not null,
  finished_at bigint,
  primary key (event_id, endpoint_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
-- What a lane's owner refills from, tier by tier.
create index delivery_due on delivery (lane_id, tier, due_at, event_id) where state = 'pending';
-- What is past its deadline.
create index delivery_give_up on delivery (give_up_at, event_id) where state = 'pending';
-- Lists, newest first.
create index delivery_by_endpoint on delivery (endpoint_id, event_id);
create index delivery_by_account on delivery (account_id, event_id, endpoint_id);

create table attempt (
  event_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  id text collate "C" not null,
  number integer not null,
  started_at bigint not null,
  url text collate "C" not null,
  address text collate "C",
  status integer,
  error_kind text collate "C",
  error_message text collate "C",
  duration_ms double precision not null,
  dns_ms double precision,
  connect_ms double precision,
  ttfb_ms double precision,
  request_headers text collate "C" not null,
  response_headers text collate "C" not null,
  response_body bytea not null,
  primary key (event_id, endpoint_id, id)
);
