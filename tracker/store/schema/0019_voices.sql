-- Who speaks in the versions of an article that changed, and what became of each speaker with a change.

create table voices (
  version_id integer not null references versions (id) on delete cascade,
  n integer not null,
  key text not null,
  source text not null,
  kind text not null check (kind in ('name', 'office', 'anonymous', 'document', 'pronoun', 'other')),
  style text not null check (style in ('direct', 'indirect')),
  verb text not null,
  stance text not null,
  pattern text not null,
  field text not null check (field in ('headline', 'standfirst', 'body')),
  paragraph integer,
  start integer not null,
  length integer not null,
  quoted_words integer not null,
  primary key (version_id, n)
) strict, without rowid;
create index voices_key on voices (key, version_id);

create table voice_events (
  change_id integer not null references changes (id) on delete cascade,
  n integer not null,
  event text not null,
  source text not null,
  kind text not null check (kind in ('name', 'office', 'anonymous', 'document', 'pronoun', 'other')),
  old_source text,
  old_verb text,
  old_times integer,
  old_quoted_words integer,
  new_source text,
  new_verb text,
  new_times integer,
  new_quoted_words integer,
  primary key (change_id, n)
) strict, without rowid;
