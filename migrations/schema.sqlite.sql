-- Made by scripts/check-migrations.ts from the migrations; do not edit.
CREATE TRIGGER image_tally_delete after delete on image when old.state = 'stored' begin
  update image_tally set images = images - 1 where account_id = old.account_id and shard = 0;
end;

CREATE TRIGGER image_tally_insert after insert on image when new.state = 'stored' begin
  insert into image_tally (account_id, shard, images) values (new.account_id, 0, 1)
    on conflict (account_id, shard) do update set images = images + 1;
end;

CREATE TRIGGER image_tally_update after update of state on image
  when (old.state = 'stored') <> (new.state = 'stored') begin
  insert into image_tally (account_id, shard, images)
    values (new.account_id, 0, case when new.state = 'stored' then 1 else -1 end)
    on conflict (account_id, shard) do update set images = images + excluded.images;
end;

CREATE TABLE account (
  id text not null primary key,
  hash text not null unique,
  name text not null,
  created_at integer not null
, flexible_variants integer not null default 0, browser_ttl_seconds integer) strict, without rowid;

CREATE TABLE announcement (
  id text not null primary key,
  kind text not null,
  endpoint_id text not null,
  account_id text not null,
  occurrence_count integer not null,
  first_at integer not null,
  last_at integer not null,
  details text not null,
  due_at integer not null,
  attempt_count integer not null,
  sent_to text not null,
  sealed_at integer,
  finished_at integer,
  outcome text
) strict, without rowid;

CREATE TABLE api_token (
  id text not null primary key,
  account_id text not null,
  digest text not null unique,
  name text not null,
  created_at integer not null,
  revoked_at integer
, permission text not null default 'write', last_used_at integer) strict, without rowid;

CREATE TABLE attempt (
  event_id text not null,
  endpoint_id text not null,
  id text not null,
  number integer not null,
  started_at integer not null,
  url text not null,
  address text,
  status integer,
  error_kind text,
  error_message text,
  duration_ms real not null,
  dns_ms real,
  connect_ms real,
  ttfb_ms real,
  request_headers text not null,
  response_headers text not null,
  response_body blob not null,
  primary key (event_id, endpoint_id, id)
) strict;

CREATE TABLE delivery (
  event_id text not null,
  endpoint_id text not null,
  account_id text not null,
  lane_id text not null,
  tier integer not null,
  state text not null,
  reason text,
  due_at integer not null,
  give_up_at integer not null,
  step integer not null,
  attempt_count integer not null,
  revision integer not null,
  created_at integer not null,
  finished_at integer, position integer,
  primary key (event_id, endpoint_id)
) strict, without rowid;

CREATE TABLE direct_upload (
  account_id text not null,
  image_id text not null,
  secret_digest text not null,
  expires_at integer not null,
  used_at integer,
  failure_count integer not null,
  primary key (account_id, image_id)
) strict, without rowid;

CREATE TABLE endpoint (
  id text not null primary key,
  account_id text not null,
  url text not null,
  name text not null,
  headers_key_id text not null,
  headers_sealed blob not null,
  is_primary integer not null,
  state text not null,
  state_reason text,
  state_since integer not null,
  max_concurrency integer,
  rate_limit integer,
  revision integer not null,
  created_at integer not null,
  modified_at integer not null,
  deleted_at integer
, timeout_seconds integer, ordered integer not null default 0) strict, without rowid;

CREATE TABLE endpoint_event_type (
  endpoint_id text not null,
  type text not null,
  primary key (endpoint_id, type)
) strict, without rowid;

CREATE TABLE endpoint_health (
  endpoint_id text not null primary key,
  failing_since integer,
  succeeded_at integer,
  warned_at integer
) strict, without rowid;

CREATE TABLE endpoint_secret (
  id text not null primary key,
  endpoint_id text not null,
  key_id text not null,
  sealed blob not null,
  created_at integer not null,
  expires_at integer
, revision integer not null default 0) strict, without rowid;

CREATE TABLE event (
  id text not null primary key,
  account_id text not null,
  type text not null,
  image_id text not null,
  created_at integer not null,
  is_test integer not null,
  body blob not null
, trace_parent text) strict;

CREATE TABLE event_feed (
  event_id text not null primary key,
  account_id text not null,
  position integer
) strict, without rowid;

CREATE TABLE feed_retention (
  id integer not null primary key,
  removed_through integer not null
) strict;

CREATE TABLE feed_sequence (
  id integer not null primary key,
  last_position integer not null
) strict;

CREATE TABLE idempotency_key (
  account_id text not null,
  key text not null,
  fingerprint text not null,
  master_key_id text not null,
  sealed blob not null,
  created_at integer not null,
  primary key (account_id, key)
) strict, without rowid;

CREATE TABLE image (
  account_id text not null,
  id text not null,
  state text not null,
  filename text not null,
  format text not null,
  width integer not null,
  height integer not null,
  size_bytes integer not null,
  blob_key text not null,
  digest text not null,
  meta text,
  creator text,
  require_signed_urls integer not null,
  uploaded_at integer not null,
  primary key (account_id, id)
) strict, without rowid;

CREATE TABLE image_meta (
  account_id text not null,
  image_id text not null,
  path text not null,
  value text not null,
  number_value real,
  uploaded_at integer not null,
  primary key (account_id, image_id, path)
) strict, without rowid;

CREATE TABLE image_tally (
  account_id text not null,
  shard integer not null,
  images integer not null,
  primary key (account_id, shard)
) strict, without rowid;

CREATE TABLE lane (
  id text not null primary key,
  endpoint_id text not null,
  owner text,
  epoch integer not null,
  lease_until integer not null,
  retired_at integer
) strict, without rowid;

CREATE TABLE replay (
  id text not null primary key,
  account_id text not null,
  endpoint_id text not null,
  selection text not null,
  since_at integer not null,
  until_at integer not null,
  state text not null,
  cursor text not null,
  reached_at integer not null,
  looked_count integer not null,
  replayed_count integer not null,
  owner text,
  lease_until integer not null,
  created_at integer not null,
  finished_at integer
) strict, without rowid;

CREATE TABLE session (
  digest text not null primary key,
  token_id text not null,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;

CREATE TABLE signing_key (
  account_id text not null,
  name text not null,
  key_id text not null,
  sealed blob not null,
  created_at integer not null,
  primary key (account_id, name)
) strict, without rowid;

CREATE TABLE tally_part (
  subject_id text not null,
  span_ms integer not null,
  bucket_at integer not null,
  part text not null,
  counts text not null,
  primary key (subject_id, span_ms, bucket_at, part)
) strict, without rowid;

CREATE TABLE upkeep_turn (
  work text not null primary key,
  owner text not null,
  until integer not null
) strict, without rowid;

CREATE TABLE upload_tally (
  account_id text not null,
  span_ms integer not null,
  bucket_at integer not null,
  image_count integer not null,
  primary key (account_id, span_ms, bucket_at)
) strict, without rowid;

CREATE TABLE upload_tally_cursor (
  id integer not null primary key,
  position integer not null
) strict;

CREATE TABLE "variant" (
  account_id text not null,
  id text not null,
  fit text not null,
  exif_policy text not null,
  width integer,
  height integer,
  browser_ttl_seconds integer,
  never_require_signed_urls integer not null,
  revision integer not null,
  primary key (account_id, id)
) strict, without rowid;

CREATE TABLE worker (
  id text not null primary key,
  seen_until integer not null
) strict, without rowid;

CREATE UNIQUE INDEX announcement_collecting on announcement (endpoint_id, kind) where sealed_at is null;

CREATE INDEX announcement_due on announcement (due_at, id) where finished_at is null;

CREATE INDEX announcement_finished on announcement (finished_at, id) where finished_at is not null;

CREATE INDEX announcement_sealed on announcement (endpoint_id, kind, sealed_at);

CREATE INDEX api_token_by_account on api_token (account_id, id);

CREATE INDEX delivery_by_account on delivery (account_id, event_id, endpoint_id);

CREATE INDEX delivery_by_endpoint on delivery (endpoint_id, event_id);

CREATE INDEX delivery_due on delivery (lane_id, tier, due_at, event_id) where state = 'pending' and due_at >= 0;

CREATE INDEX delivery_give_up on delivery (give_up_at, event_id) where state = 'pending' and give_up_at >= 0;

CREATE INDEX delivery_in_order on delivery (lane_id, position) where tier = 3 and state = 'pending';

CREATE INDEX delivery_unplaced on delivery (event_id) where position = 0;

CREATE INDEX direct_upload_by_expiry on direct_upload (expires_at);

CREATE INDEX endpoint_by_account on endpoint (account_id, id) where deleted_at is null;

CREATE UNIQUE INDEX endpoint_primary on endpoint (account_id) where is_primary = 1 and deleted_at is null;

CREATE INDEX endpoint_secret_by_endpoint on endpoint_secret (endpoint_id, id);

CREATE INDEX event_by_account on event (account_id, id) where is_test = 0;

CREATE UNIQUE INDEX event_by_image on event (account_id, image_id, created_at);

CREATE INDEX event_feed_by_account on event_feed (account_id, position) where position is not null;

CREATE UNIQUE INDEX event_feed_by_position on event_feed (position) where position is not null;

CREATE INDEX event_feed_waiting on event_feed (event_id) where position is null;

CREATE INDEX idempotency_key_by_time on idempotency_key (created_at);

CREATE UNIQUE INDEX image_by_blob on image (blob_key);

CREATE INDEX image_by_creator on image (account_id, coalesce(creator, ''), uploaded_at, id) where state = 'stored';

CREATE INDEX image_by_time on image (account_id, uploaded_at, id) where state = 'stored';

CREATE INDEX image_meta_by_number on image_meta (account_id, path, number_value, uploaded_at, image_id)
  where number_value is not null;

CREATE INDEX image_meta_by_value on image_meta (account_id, path, value, uploaded_at, image_id);

CREATE INDEX lane_by_endpoint on lane (endpoint_id);

CREATE INDEX lane_in_use on lane (lease_until, id) where retired_at is null;

CREATE INDEX replay_by_endpoint on replay (endpoint_id, id);

CREATE UNIQUE INDEX replay_running on replay (endpoint_id) where state = 'running';

CREATE INDEX session_by_expiry on session (expires_at);

CREATE INDEX tally_part_by_time on tally_part (span_ms, bucket_at);

CREATE INDEX upload_tally_by_time on upload_tally (span_ms, bucket_at);
