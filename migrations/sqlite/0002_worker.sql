-- Workers that are there, so that each can tell how many lanes are its fair share.
create table worker (
  id text not null primary key,
  seen_until integer not null
) strict, without rowid;
