-- Replays of many deliveries: durable work of one endpoint, done in batches by one worker at a time.
create table replay (
  id text collate "C" not null primary key,
  account_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  selection text collate "C" not null,
  since_at bigint not null,
  until_at bigint not null,
  state text collate "C" not null,
  cursor text collate "C" not null,
  reached_at bigint not null,
  looked_count bigint not null,
  replayed_count bigint not null,
  owner text collate "C",
  lease_until bigint not null,
  created_at bigint not null,
  finished_at bigint
);
-- An endpoint's replays, newest first.
create index replay_by_endpoint on replay (endpoint_id, id);
-- What workers look for. One at a time for an endpoint: two would put back the same deliveries.
create unique index replay_running on replay (endpoint_id) where state = 'running';
-- What an endpoint missed is looked for among its account's events, by time.
create index event_by_account on event (account_id, id) where is_test = 0;
