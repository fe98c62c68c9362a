-- Which secret is the newest: the endpoint's revision that brought it, since clocks step and ids of one instant are random.
alter table endpoint_secret add column revision bigint not null default 0;
-- Claims and counts look at lanes in use only, however many were retired.
create index lane_in_use on lane (lease_until, id) where retired_at is null;
