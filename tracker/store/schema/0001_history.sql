-- Sources, articles and their addresses; versions and changes; checks, events and alerts; what is remembered of pages.

pragma application_id = 1953655666;

create table sources (
  id text primary key not null,
  name text not null,
  home_url text not null default '',
  language text not null default '',
  config text not null default '{}',
  active integer not null default 1 check (active in (0, 1)),
  added_at text not null
) strict;

create table articles (
  id integer primary key,
  source_id text not null references sources (id),
  url text not null,
  state text not null default 'live'
    check (state in ('live', 'gone', 'moved', 'blocked', 'paywalled', 'retired')),
  headline text not null default '',
  byline text not null default '',
  language text not null default '',
  published_at text,
  first_seen_at text not null,
  last_changed_at text,
  version_count integer not null default 0,
  current_version_id integer,
  discovered_via text not null default 'url' check (discovered_via in ('feed', 'sitemap', 'section', 'url')),
  pinned integer not null default 0 check (pinned in (0, 1))
) strict;
create index articles_source on articles (source_id);
create index articles_source_seen on articles (source_id, first_seen_at);
create index articles_source_state on articles (source_id, state);
create index articles_state on articles (state);

create table article_urls (
  url_key text primary key not null,
  article_id integer not null references articles (id) on delete cascade,
  url text not null,
  role text not null default 'canonical' check (role in ('canonical', 'alias', 'former', 'amp')),
  first_seen_at text not null,
  last_seen_at text not null
) strict, without rowid;
create index article_urls_article on article_urls (article_id);

create table tombstones (
  id integer primary key,
  url_key_sha256 text not null unique,
  article_id integer not null,
  source_id text not null,
  forgotten_at text not null,
  reason text not null,
  chains text not null default '[]'
) strict;
create index tombstones_article on tombstones (article_id);

create table source_totals (
  source_id text primary key not null references sources (id),
  articles integer not null default 0,
  versions integer not null default 0,
  changes integer not null default 0,
  noise integer not null default 0
) strict, without rowid;

create table versions (
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  number integer not null check (number > 0),
  first_seen_at text not null,
  last_seen_at text,
  previous_seen_at text,
  headline text not null,
  standfirst text not null,
  byline text not null default '[]',
  section text not null,
  language text not null,
  published_at text,
  modified_at text,
  paragraph_ids text not null,
  captions integer not null default 0,
  notices integer not null default 0,
  words integer not null,
  content_sha256 text not null,
  chain_sha256 text not null,
  extractor text not null,
  capture_sha256 text not null,
  same_as integer,
  headlines text not null default '{}',
  free integer check (free in (0, 1)),
  confidence real not null default 1.0,
  unique (article_id, number)
) strict;

create table paragraphs (
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  kind text not null check (kind in ('text', 'heading', 'quote', 'list', 'caption', 'notice')),
  text text not null,
  first_version integer not null,
  last_version integer
) strict;
create index paragraphs_article on paragraphs (article_id);

create table changes (
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  source_id text not null references sources (id),
  old_version_id integer not null references versions (id) on delete cascade,
  new_version_id integer not null unique references versions (id) on delete cascade,
  seen_after text not null,
  seen_before text not null,
  class text not null check (class in ('minor', 'wording', 'substantive')),
  score integer not null,
  tags text not null default '[]',
  headline_changed integer not null check (headline_changed in (0, 1)),
  words_added integer not null,
  words_removed integer not null,
  sentences_added integer not null,
  sentences_deleted integer not null,
  sentences_edited integer not null,
  sentences_moved integer not null,
  notice text not null check (notice in ('none', 'update', 'correction')),
  acknowledged integer not null check (acknowledged in (0, 1)),
  noise_rule text,
  summary text not null,
  excerpt_old text not null,
  excerpt_new text not null,
  differ text not null,
  reviewed text,
  seal_sha256 text not null
) strict;
create index changes_seen on changes (seen_before);
create index changes_source_seen on changes (source_id, seen_before);
create index changes_article_seen on changes (article_id, seen_before);
create index changes_old_version on changes (old_version_id);

create table change_tags (
  tag text not null,
  seen_before text not null,
  change_id integer not null references changes (id) on delete cascade,
  primary key (tag, seen_before, change_id)
) strict, without rowid;
create index change_tags_change on change_tags (change_id);

create table former_chains (
  article_id integer not null references articles (id) on delete cascade,
  replaced_at text not null,
  number integer not null,
  first_seen_at text not null,
  content_sha256 text not null,
  chain_sha256 text not null,
  capture_sha256 text not null,
  extractor text not null,
  primary key (article_id, replaced_at, number)
) strict, without rowid;

create table article_state (
  article_id integer primary key references articles (id) on delete cascade,
  next_check_at text,
  last_check_at text,
  last_seen_at text,
  checks integer not null default 0,
  outcome text,
  outcome_since text,
  outcome_run integer not null default 0,
  etag text not null default '',
  last_modified text not null default '',
  body_sha256 text not null default '',
  encoding text not null default '',
  suspicion text not null default '{}',
  rate text not null default '{}',
  status integer not null default 0,
  error text not null default ''
) strict;
create index article_state_due on article_state (next_check_at) where next_check_at is not null;

create table check_runs (
  article_id integer not null references articles (id) on delete cascade,
  started_at text not null,
  ended_at text not null,
  checks integer not null,
  outcome text not null,
  status integer not null,
  error text not null
) strict;
create index check_runs_article on check_runs (article_id, started_at);
create index check_runs_ended on check_runs (ended_at);

create table source_hours (
  source_id text not null references sources (id),
  hour text not null,
  checks integer not null default 0,
  changed integer not null default 0,
  not_modified integer not null default 0,
  failed integer not null default 0,
  bytes integer not null default 0,
  milliseconds integer not null default 0,
  primary key (source_id, hour)
) strict, without rowid;

create table events (
  id integer primary key,
  article_id integer not null references articles (id) on delete cascade,
  at text not null,
  kind text not null,
  detail text not null default '{}'
) strict;
create index events_article on events (article_id, at);
create index events_at on events (at);

create table outbox (
  id integer primary key,
  change_id integer references changes (id) on delete cascade,
  event_id integer references events (id) on delete cascade,
  sink text not null,
  attempts integer not null default 0,
  next_try_at text,
  delivered_at text,
  error text not null default ''
) strict;
create index outbox_due on outbox (next_try_at) where delivered_at is null;
create index outbox_change on outbox (change_id) where change_id is not null;
create index outbox_event on outbox (event_id) where event_id is not null;

create table readings (
  article_id integer primary key references articles (id) on delete cascade,
  version_id integer not null,
  base_id integer references reading_bases (id),
  blocks blob not null
) strict;
create index readings_base on readings (base_id) where base_id is not null;

create table reading_bases (
  id integer primary key,
  source_id text not null references sources (id),
  blocks text not null
) strict;
create index reading_bases_source on reading_bases (source_id);

create table signals (
  source_id text not null references sources (id),
  kind text not null,
  "right" integer not null default 0,
  wrong integer not null default 0,
  primary key (source_id, kind)
) strict, without rowid;

create table profiles (
  source_id text primary key not null references sources (id),
  profile text not null
) strict, without rowid;

create table hosts (
  host text primary key not null,
  next_slot_at text,
  delay_ms integer not null default 0,
  failures integer not null default 0,
  paused_until text,
  validators_trusted integer not null default 1 check (validators_trusted in (0, 1)),
  robots text,
  robots_fetched_at text
) strict, without rowid;
