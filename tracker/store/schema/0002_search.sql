-- The views as they were then, and the search indexes over one of them. The second index serves scripts without spaces
-- between words: its text is spaced character by character, so it keeps no content and the writer feeds it.

create view article_doc as
select a.id,
  a.source_id as source,
  coalesce(v.headline, a.headline) || char(10) || coalesce(v.standfirst, '') as headline,
  (select group_concat(p.text, char(10)) from
    (select text from paragraphs where article_id = a.id and last_version is null order by id) p) as text,
  (select group_concat(r.text, char(10)) from (
    select text from (
      select text from paragraphs where article_id = a.id and last_version is not null order by id)
    union all
    select headline from (select o.headline from versions o where o.article_id = a.id
      and o.headline is not v.headline group by o.headline order by min(o.number))
    union all
    select standfirst from (select o.standfirst from versions o where o.article_id = a.id
      and o.standfirst is not v.standfirst group by o.standfirst order by min(o.number))) r) as removed
from articles a left join versions v on v.id = a.current_version_id;

create view version_text as
select v.id as version_id, v.article_id, v.number, v.first_seen_at, v.headline, v.standfirst, v.byline, v.words,
  (select group_concat(p.text, char(10)) from
    (select t.text from json_each(v.paragraph_ids) j cross join paragraphs t on t.id = j.value
     where j.key < json_array_length(v.paragraph_ids) - v.captions - v.notices order by j.key) p) as text,
  (select group_concat(p.text, char(10)) from
    (select t.text from json_each(v.paragraph_ids) j cross join paragraphs t on t.id = j.value
     where j.key >= json_array_length(v.paragraph_ids) - v.captions - v.notices order by j.key) p) as captions_notices
from versions v;

create view latest_changes as
select c.id, c.seen_before, c.seen_after, s.name as source, n.headline, c.summary, c.class, c.score, c.tags, c.notice,
  c.acknowledged, c.words_added, c.words_removed, c.excerpt_old, c.excerpt_new, c.noise_rule, a.url,
  c.article_id, c.source_id, o.number as old_version, n.number as new_version
from changes c
  cross join articles a on a.id = c.article_id
  cross join sources s on s.id = c.source_id
  cross join versions n on n.id = c.new_version_id
  cross join versions o on o.id = c.old_version_id;

create view article_history as
select v.article_id, v.number, v.previous_seen_at, v.first_seen_at, v.last_seen_at, v.headline, v.words, v.same_as,
  c.class, c.score, c.summary, c.notice, c.noise_rule, c.words_added, c.words_removed,
  v.id as version_id, c.id as change_id
from versions v left join changes c on c.new_version_id = v.id;

create view headline_history as
select c.article_id, a.source_id, c.seen_after, c.seen_before, o.headline as old_headline, n.headline as new_headline,
  c.class, c.noise_rule, o.number as old_version, n.number as new_version, c.id as change_id
from changes c
  cross join versions n on n.id = c.new_version_id
  cross join versions o on o.id = c.old_version_id
  cross join articles a on a.id = c.article_id
where c.headline_changed = 1;

create view source_statistics as
select s.id as source_id, s.name, s.active, t.articles, t.versions, t.changes, t.noise,
  (select count(*) from articles a where a.source_id = s.id and a.version_count > 1) as articles_edited,
  (select count(*) from articles a where a.source_id = s.id and a.state = 'gone') as articles_gone,
  (select max(c.seen_before) from changes c where c.source_id = s.id) as last_change_seen,
  (select count(*) from changes c where c.source_id = s.id and c.class = 'substantive') as substantive,
  (select count(*) from changes c where c.source_id = s.id and c.class = 'substantive' and c.acknowledged = 0)
    as substantive_unacknowledged
from sources s left join source_totals t on t.source_id = s.id;

create virtual table article_search using fts5 (
  source, headline, text, removed,
  content = 'article_doc', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
create virtual table article_search_cjk using fts5 (
  source, headline, text, removed,
  content = '', tokenize = 'unicode61 remove_diacritics 2'
);
