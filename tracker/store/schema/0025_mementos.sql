-- What web archives are asked to capture: one row a version and archive, written with the version, with the address of
-- the memento once the archive has made one.

create table mementos (
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  capture_sha256 text not null,
  first_seen_at text not null,
  archive text not null,
  requested_url text not null,
  next_try_at text not null,
  attempts integer not null default 0,
  job text not null default '',
  ended_at text,
  url text not null default '',
  at text,
  error text not null default '',
  unique (article_id, first_seen_at, capture_sha256, archive)
) strict;
create index mementos_due on mementos (archive, next_try_at) where ended_at is null;
