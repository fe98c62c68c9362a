-- What a token may do, and when it was last seen (to the minute).
alter table api_token add column permission text collate "C" not null default 'write';
alter table api_token add column last_used_at bigint;
