-- A rebuild that was interrupted is taken up at `done_to`; a history it replaced is kept whole.

create table rebuilds (
  id integer primary key,
  started_at text not null,
  ended_at text,
  source_id text references sources (id),
  code text not null,
  done_to integer not null default 0,
  sums text not null default '{}'
) strict;

create table former_histories (
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  replaced_at text not null,
  rebuild_id integer not null references rebuilds (id),
  versions integer not null,
  packed blob not null,
  unique (article_id, replaced_at)
) strict;
