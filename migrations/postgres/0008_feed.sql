-- What a reader of one account's feed goes along.
create index event_feed_by_account on event_feed (account_id, position) where position is not null;
