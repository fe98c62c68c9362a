-- Each index of what is pending names its own column in its condition, so that only statements about that column can use it.
-- By the state alone both seem empty where statistics were taken while nothing was pending, and a plan reads one whole.
drop index delivery_due;
drop index delivery_give_up;
create index delivery_due on delivery (lane_id, tier, due_at, event_id) where state = 'pending' and due_at >= 0;
create index delivery_give_up on delivery (give_up_at, event_id) where state = 'pending' and give_up_at >= 0;
