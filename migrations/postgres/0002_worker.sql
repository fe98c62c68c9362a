-- Workers that are there, so that each can tell how many lanes are its fair share.
create table worker (
  id text collate "C" not null primary key,
  seen_until bigint not null
);
