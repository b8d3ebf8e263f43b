-- What discoveries of a source left out lately, and why: each reason of each feed, sitemap and section once.

create table discovery_notes (
  source_id text not null references sources (id),
  place text not null,
  words text not null,
  number integer not null,
  example text not null default '',
  since text not null,
  last_at text not null,
  primary key (source_id, place, words)
) strict, without rowid;
