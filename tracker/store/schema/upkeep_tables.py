"""The tables of upkeep, as raw SQL for `migrations`: what rebuilds did and replaced, how sources broke and healed,
what is known of an alert's delivery, and which articles rest.
"""

# A rebuild that was interrupted is taken up at `done_to`; a history it replaced is kept whole.
REBUILDS = """
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
"""

SOURCE_PROBLEMS = """
create table source_problems (
  source_id text not null references sources (id),
  place text not null,
  words text not null,
  since text not null,
  last_at text not null,
  primary key (source_id, place)
) strict, without rowid;
"""

SOURCE_EVENTS = """
create table source_events (
  id integer primary key,
  source_id text not null references sources (id),
  at text not null,
  kind text not null check (kind in ('broken', 'healed')),
  since text not null,
  words text not null
) strict;
create index source_events_source on source_events (source_id, id);
"""

# An index by change would hold every tag a second time, only for the day a change is deleted: a trigger, which knows
# the tags and the moment of the change, finds them by the key there is.
LEAN_TAGS = """
create table lean_tags (
  tag text not null,
  seen_before text not null,
  change_id integer not null,
  primary key (tag, seen_before, change_id)
) strict, without rowid;
insert into lean_tags select tag, seen_before, change_id from change_tags;
drop table change_tags;
alter table lean_tags rename to change_tags;
create trigger changes_untagged after delete on changes begin
  delete from change_tags
  where tag in (select value from json_each(old.tags)) and seen_before = old.seen_before and change_id = old.id;
end;
"""

# What a delivery is known by to whoever gets it, and when it may go out first.
OUTBOX = """
alter table outbox add column key text not null default '';
alter table outbox add column due_at text;
create unique index outbox_key on outbox (key) where key <> '';
create index outbox_age on outbox (due_at);
create index outbox_sink on outbox (sink, next_try_at) where delivered_at is null;
"""

SOURCE_ALERTS = """
alter table outbox add column source_event_id integer references source_events (id) on delete cascade;
create index outbox_source_event on outbox (source_event_id) where source_event_id is not null;
"""

# What is due of a source that is paused or no longer configured stays due, but out of the way: a search for what is due
# would walk past all of it every second. Triggers keep it so, whoever pauses a source or adds an article.
RESTING = """
alter table article_state add column rests integer not null default 0 check (rests in (0, 1));
update article_state set rests = 1 where article_id in (
  select a.id from sources o join articles a on a.source_id = o.id where o.active = 0 or o.paused_at is not null);
drop index article_state_due;
create index article_state_due on article_state (next_check_at) where rests = 0 and next_check_at is not null;
create trigger sources_rest after update of active, paused_at on sources
when (new.active = 0 or new.paused_at is not null) <> (old.active = 0 or old.paused_at is not null)
begin
  update article_state set rests = (new.active = 0 or new.paused_at is not null)
  where article_id in (select id from articles where source_id = new.id);
end;
create trigger article_state_rests after insert on article_state
when exists (
  select 1 from articles a join sources o on o.id = a.source_id
  where a.id = new.article_id and (o.active = 0 or o.paused_at is not null))
begin
  update article_state set rests = 1 where article_id = new.article_id;
end;
"""

# The indexes of a source's articles and of its log hold all that is counted of them.
WIDER_INDEXES = """
drop index articles_source_seen;
create index articles_source_seen on articles (source_id, first_seen_at, id, state);
drop index changes_source_seen;
create index changes_source_seen on changes (
  source_id, seen_before, id, article_id, seen_after, class, score, headline_changed, sentences_deleted, noise_rule,
  acknowledged, acknowledged_by
);
"""
