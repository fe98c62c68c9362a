-- How endpoints fare: written at the first failure after a success and at the first success after a failure, not between.
create table endpoint_health (
  endpoint_id text not null primary key,
  failing_since integer,
  succeeded_at integer,
  warned_at integer
) strict, without rowid;

-- What the operator has to hear. A row collects until it is sealed by the first try to send it.
create table announcement (
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
  work text not null primary key,
  owner text not null,
  until integer not null
) strict, without rowid;

-- The highest position in the feed that retention has removed; a cursor below it has missed something.
create table feed_retention (
  id integer not null primary key,
  removed_through integer not null
) strict;
insert into feed_retention (id, removed_through) values (1, 0);
