-- How long one attempt to this endpoint may take; null = the setting.
alter table endpoint add column timeout_seconds integer;
