-- Statistics: what one worker counted for one endpoint or account in one span of time. Only the worker that made a part
-- writes it, always whole, so that workers never wait for each other; parts are added up when they are read. A part is
-- written again and again while its time lasts: room in the pages keeps that local.
create table tally_part (
  subject_id text collate "C" not null,
  span_ms integer not null,
  bucket_at bigint not null,
  part text collate "C" not null,
  counts text collate "C" not null,
  primary key (subject_id, span_ms, bucket_at, part)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
-- What is old is deleted.
create index tally_part_by_time on tally_part (span_ms, bucket_at);

-- Uploads of an account in one span of time, counted from the feed.
create table upload_tally (
  account_id text collate "C" not null,
  span_ms integer not null,
  bucket_at bigint not null,
  image_count bigint not null,
  primary key (account_id, span_ms, bucket_at)
) with (fillfactor = 70);
-- What is old is deleted.
create index upload_tally_by_time on upload_tally (span_ms, bucket_at);
-- The last position of the feed that was counted.
create table upload_tally_cursor (
  id integer not null primary key,
  position bigint not null
) with (fillfactor = 10, autovacuum_vacuum_threshold = 100);
insert into upload_tally_cursor (id, position) values (1, 0);

-- The W3C `traceparent` of the request that caused an event, so that attempts, also in another process, join its trace.
alter table event add column trace_parent text collate "C";
