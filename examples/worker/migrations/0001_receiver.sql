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

-- One row for each delivery to be handled later. `state` is waiting, done or dead. `due_at` is when it is tried next or,
-- while it is worked on, when its lease ends. Of what is done, when it is forgotten. Of what is dead, since when.
create table if not exists imagehooks_outbox (
  key text primary key,
  state text not null,
  due_at bigint not null,
  token text not null default '',
  attempt_count integer not null default 0,
  deferred text not null,
  error text
);
create index if not exists imagehooks_outbox_due_at on imagehooks_outbox (state, due_at, key);

-- One row for each step of an event that has ended, how, and when that is forgotten.
create table if not exists imagehooks_step (
  key text not null,
  name text not null,
  step_end text not null,
  keep_until bigint not null,
  primary key (key, name)
);
create index if not exists imagehooks_step_keep_until on imagehooks_step (keep_until);

-- One row for each image, as its newest event tells it. `metadata` is the JSON of its uploader.
create table if not exists imagehooks_image (
  account_id text not null,
  image_id text not null,
  event_at bigint not null,
  filename text not null,
  uploaded_at bigint not null,
  require_signed_urls integer not null,
  creator text,
  metadata text,
  deleted_at bigint,
  primary key (account_id, image_id)
);

-- One row for each request, as it ended. `record` is the JSON of its audit record.
create table if not exists imagehooks_audit (
  id text primary key,
  received_at bigint not null,
  status integer not null,
  code text not null,
  record text not null
);
create index if not exists imagehooks_audit_received_at on imagehooks_audit (received_at, id);

-- One row for each body that was rightly signed but could not be handled. `key` is its SHA-256, `body` its base64.
create table if not exists imagehooks_quarantine (
  key text primary key,
  code text not null,
  reason text not null,
  received_at bigint not null,
  received_count integer not null default 1,
  body text not null
);
create index if not exists imagehooks_quarantine_received_at on imagehooks_quarantine (received_at, key);
