-- What is wrong with the feeds, sitemaps and sections of a source, and since when.

create table source_problems (
  source_id text not null references sources (id),
  place text not null,
  words text not null,
  since text not null,
  last_at text not null,
  primary key (source_id, place)
) strict, without rowid;
