-- Texts compare bytewise, this one too.
alter table api_token alter column permission type text collate "C";

-- What an account may choose: whether options may stand in a variant URL, and how long browsers keep an image (null =
-- the server's default).
alter table account add column flexible_variants integer not null default 0;
alter table account add column browser_ttl_seconds integer;

-- Keys that sign variant URLs, sealed by the master key. Their names are few; a look-up reads them all.
create table signing_key (
  account_id text collate "C" not null,
  name text collate "C" not null,
  key_id text collate "C" not null,
  sealed bytea not null,
  created_at bigint not null,
  primary key (account_id, name)
);

-- A side that is null is decided by the other one; a browser TTL that is null is the account's.
alter table variant alter column width drop not null;
alter table variant alter column height drop not null;
alter table variant add column browser_ttl_seconds integer;

-- Lists of one creator's images; '' stands for those without one, since none is empty.
create index image_by_creator on image (account_id, coalesce(creator, ''), uploaded_at, id) where state = 'stored';

-- What metadata says at each path that a filter can name. `value` is made for equality alone (its type, then the value,
-- or a digest where that is long); whoever finds a row looks at the image's own metadata too.
create table image_meta (
  account_id text collate "C" not null,
  image_id text collate "C" not null,
  path text collate "C" not null,
  value text collate "C" not null,
  number_value double precision,
  uploaded_at bigint not null,
  primary key (account_id, image_id, path)
);
-- Images with one value at a path, by upload time.
create index image_meta_by_value on image_meta (account_id, path, value, uploaded_at, image_id);
-- Images with a number at a path within bounds.
create index image_meta_by_number on image_meta (account_id, path, number_value, uploaded_at, image_id)
  where number_value is not null;

-- How many images an account has, kept by the table of images itself, so that nobody has to count them. One writer at a
-- time needs one row each; here are several, so that uploads do not wait for each other.
create table image_tally (
  account_id text collate "C" not null,
  shard integer not null,
  images bigint not null,
  primary key (account_id, shard)
) with (fillfactor = 50);
insert into image_tally select account_id, 0, count(*) from image where state = 'stored' group by account_id;
create function add_to_image_tally() returns trigger language plpgsql as $$
declare
  difference integer := 0;
begin
  if tg_op <> 'INSERT' and old.state = 'stored' then difference := difference - 1; end if;
  if tg_op <> 'DELETE' and new.state = 'stored' then difference := difference + 1; end if;
  if difference <> 0 then
    insert into image_tally (account_id, shard, images)
      values (coalesce(new.account_id, old.account_id), abs(hashtext(coalesce(new.id, old.id)) % 16), difference)
      on conflict (account_id, shard) do update set images = image_tally.images + excluded.images;
  end if;
  return null;
end
$$;
create trigger image_tally_insert_or_delete after insert or delete on image
  for each row execute function add_to_image_tally();
create trigger image_tally_update after update of state on image for each row execute function add_to_image_tally();
