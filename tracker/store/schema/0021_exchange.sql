-- Who else saw an article (archives, other trackers), what was taken in from them, and when they saw a text again
-- without keeping its bytes.

create table observers (
  id text primary key not null,
  name text not null,
  kind text not null,
  home_url text not null default '',
  reader text not null default 'page' check (reader in ('page', 'text'))
) strict;

create table imports (
  id integer primary key,
  started_at text not null,
  ended_at text,
  undone_at text,
  observer_id text not null references observers (id),
  kind text not null,
  name text not null,
  sha256 text not null,
  options text not null default '{}',
  done_to text not null default '',
  sums text not null default '{}'
) strict;
create index imports_observer on imports (observer_id);

create table observations (
  article_id integer not null references articles (id) on delete cascade,
  at text not null,
  observer_id text not null,
  capture_sha256 text not null,
  kind text not null check (kind in ('digest', 'not-modified')),
  import_id integer not null references imports (id),
  primary key (article_id, at, observer_id)
) strict, without rowid;
create index observations_import on observations (import_id);

alter table versions add column observer text not null default '';
alter table rebuilds add column import_id integer references imports (id);
create index rebuilds_import on rebuilds (import_id) where import_id is not null;
