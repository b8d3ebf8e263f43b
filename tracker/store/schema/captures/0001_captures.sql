-- The raw responses, in a file of their own.

create table captures (
  id integer primary key,
  sha256 text not null,
  article_id integer not null,
  fetched_at text not null,
  url text not null,
  final_url text not null,
  redirects text not null default '[]',
  status integer not null,
  headers text not null default '[]',
  content_type text not null default '',
  encoding text not null default '',
  size integer not null,
  base_sha256 text,
  depth integer not null default 0,
  kept integer not null default 0 check (kept in (0, 1)),
  seal_sha256 text not null,
  body blob
) strict;
create index captures_sha256 on captures (sha256);
create index captures_article on captures (article_id, fetched_at);
create index captures_others on captures (fetched_at) where kept = 0;
