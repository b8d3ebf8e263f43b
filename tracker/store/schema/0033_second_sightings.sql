-- What an edit brought or took as whole paragraphs, until another article of the source is seen to carry the same: then
-- it is the source's furniture, and the change is noise from that moment on.

create table edited_paragraphs (
  change_id integer not null references changes (id) on delete cascade,
  fingerprint text not null,
  article_id integer not null references articles (id) on delete cascade,
  source_id text not null references sources (id),
  seen_before text not null,
  sighted_on integer,
  sighted_at text,
  primary key (change_id, fingerprint)
) strict, without rowid;
create index edited_paragraphs_waiting on edited_paragraphs (source_id, fingerprint) where sighted_on is null;
create index edited_paragraphs_old on edited_paragraphs (source_id, seen_before) where sighted_on is null;
create index edited_paragraphs_article on edited_paragraphs (article_id);

alter table changes add column noise_seen_at text;
