-- How endpoints fare: written at the first failure after a success and at the first success after a failure, not between.
create table endpoint_health (
  endpoint_id text collate "C" not null primary key,
  failing_since bigint,
  succeeded_at bigint,
  warned_at bigint
);

-- What the operator has to hear. A row collects until it is sealed by the first try to send it.
create table announcement (
  id text collate "C" not null primary key,
  kind text collate "C" not null,
  endpoint_id text collate "C" not null,
  account_id text collate "C" not null,
  occurrence_count bigint not null,
  first_at bigint not null,
  last_at bigint not null,
  details text collate "C" not null,
  due_at bigint not null,
  attempt_count bigint not null,
  sent_to text collate "C" not null,
  sealed_at bigint,
  finished_at bigint,
  outcome text collate "C"
);
-- One row at a time collects for an endpoint and a kind: what happens again is counted into it.
create unique index announcement_collecting on announcement (endpoint_id, kind) where sealed_at is null;
-- When the one before was sealed: the next waits its hour.
create index announcement_sealed on announcement (endpoint_id, kind, sealed_at);
-- What is to be sent.
create index announcement_due on announcement (due_at, id) where finished_at is null;
-- What retention removes.
create index announcement_finished on announcement (finished_at, id) where finished_at is not null;

-- Whose turn it is at work that one process does for all, timed by the database's clock.
create table upkeep_turn (
  work text collate "C" not null primary key,
  owner text collate "C" not null,
  until bigint not null
);

-- The highest position in the feed that retention has removed; a cursor below it has missed something.
create table feed_retention (
  id integer not null primary key,
  removed_through bigint not null
);
insert into feed_retention (id, removed_through) values (1, 0);
