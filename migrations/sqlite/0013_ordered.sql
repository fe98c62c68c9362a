-- Whether an endpoint's deliveries go out strictly in the order of the feed.
alter table endpoint add column ordered integer not null default 0;
-- The place of an ordered delivery (tier 3) in the feed: 0 until its event has one; null in the other tiers.
alter table delivery add column position integer;
-- The first of an ordered lane.
create index delivery_in_order on delivery (lane_id, position) where tier = 3 and state = 'pending';
-- What waits for its place: what was appended since the sequencer's last turn.
create index delivery_unplaced on delivery (event_id) where position = 0;
