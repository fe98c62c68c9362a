-- What an account may choose: whether options may stand in a variant URL, and how long browsers keep an image (null =
-- the server's default).
alter table account add column flexible_variants integer not null default 0;
alter table account add column browser_ttl_seconds integer;

-- Keys that sign variant URLs, sealed by the master key. Their names are few; a look-up reads them all.
create table signing_key (
  account_id text not null,
  name text not null,
  key_id text not null,
  sealed blob not null,
  created_at integer not null,
  primary key (account_id, name)
) strict, without rowid;

-- A side that is null is decided by the other one; a browser TTL that is null is the account's.
create table variant_new (
  account_id text not null,
  id text not null,
  fit text not null,
  exif_policy text not null,
  width integer,
  height integer,
  browser_ttl_seconds integer,
  never_require_signed_urls integer not null,
  revision integer not null,
  primary key (account_id, id)
) strict, without rowid;
insert into variant_new
  select account_id, id, fit, exif_policy, width, height, null, never_require_signed_urls, revision from variant;
drop table variant;
alter table variant_new rename to variant;

-- Lists of one creator's images; '' stands for those without one, since none is empty.
create index image_by_creator on image (account_id, coalesce(creator, ''), uploaded_at, id) where state = 'stored';

-- What metadata says at each path that a filter can name. `value` is made for equality alone (its type, then the value,
-- or a digest where that is long); whoever finds a row looks at the image's own metadata too.
create table image_meta (
  account_id text not null,
  image_id text not null,
  path text not null,
  value text not null,
  number_value real,
  uploaded_at integer not null,
  primary key (account_id, image_id, path)
) strict, without rowid;
-- Images with one value at a path, by upload time.
create index image_meta_by_value on image_meta (account_id, path, value, uploaded_at, image_id);
-- Images with a number at a path within bounds.
create index image_meta_by_number on image_meta (account_id, path, number_value, uploaded_at, image_id)
  where number_value is not null;

-- How many images an account has, kept by the table of images itself, so that nobody has to count them. One writer at a
-- time needs one row each; PostgreSQL has several, so that uploads do not wait for each other.
create table image_tally (
  account_id text not null,
  shard integer not null,
  images integer not null,
  primary key (account_id, shard)
) strict, without rowid;
insert into image_tally select account_id, 0, count(*) from image where state = 'stored' group by account_id;
create trigger image_tally_insert after insert on image when new.state = 'stored' begin
  insert into image_tally (account_id, shard, images) values (new.account_id, 0, 1)
    on conflict (account_id, shard) do update set images = images + 1;
end;
create trigger image_tally_update after update of state on image
  when (old.state = 'stored') <> (new.state = 'stored') begin
  insert into image_tally (account_id, shard, images)
    values (new.account_id, 0, case when new.state = 'stored' then 1 else -1 end)
    on conflict (account_id, shard) do update set images = images + excluded.images;
end;
create trigger image_tally_delete after delete on image when old.state = 'stored' begin
  update image_tally set images = images - 1 where account_id = old.account_id and shard = 0;
end;
