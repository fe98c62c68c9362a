-- Replays of many deliveries: durable work of one endpoint, done in batches by one worker at a time.
create table replay (
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
-- An endpoint's replays, newest first.
create index replay_by_endpoint on replay (endpoint_id, id);
-- What workers look for. One at a time for an endpoint: two would put back the same deliveries.
create unique index replay_running on replay (endpoint_id) where state = 'running';
-- What an endpoint missed is looked for among its account's events, by time.
create index event_by_account on event (account_id, id) where is_test = 0;
