-- Sources that broke and healed.

create table source_events (
  id integer primary key,
  source_id text not null references sources (id),
  at text not null,
  kind text not null check (kind in ('broken', 'healed')),
  since text not null,
  words text not null
) strict;
create index source_events_source on source_events (source_id, id);
