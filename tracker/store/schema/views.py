"""The views as they are today: the history as a person would ask for it in SQL. `derived` puts them into a database."""

from __future__ import annotations

# What the search index holds of an article that has said anything: `text` is what it says now, `removed` what it said.
_ARTICLE_DOC = """
create view article_doc as
select a.id,
  a.source_id as source,
  v.headline || char(10) || v.standfirst as headline,
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
from articles a cross join versions v on v.id = a.current_version_id
"""

_VERSION_TEXT = """
create view version_text as
select v.id as version_id, v.article_id, v.number, v.first_seen_at, v.headline, v.standfirst, v.byline, v.words,
  (select group_concat(p.text, char(10)) from
    (select t.text from json_each(v.paragraph_ids) j cross join paragraphs t on t.id = j.value
     where j.key < json_array_length(v.paragraph_ids) - v.captions - v.notices order by j.key) p) as text,
  (select group_concat(p.text, char(10)) from
    (select t.text from json_each(v.paragraph_ids) j cross join paragraphs t on t.id = j.value
     where j.key >= json_array_length(v.paragraph_ids) - v.captions - v.notices order by j.key) p) as captions_notices
from versions v
"""

_LATEST_CHANGES = """
create view latest_changes as
select c.id, c.seen_before, c.seen_after, s.name as source, n.headline, c.summary, c.class, c.score, c.tags, c.notice,
  c.acknowledged, c.words_added, c.words_removed, c.excerpt_old, c.excerpt_new, c.noise_rule, a.url,
  c.article_id, c.source_id, o.number as old_version, n.number as new_version
from changes c
  cross join articles a on a.id = c.article_id
  cross join sources s on s.id = c.source_id
  cross join versions n on n.id = c.new_version_id
  cross join versions o on o.id = c.old_version_id
"""

_ARTICLE_HISTORY = """
create view article_history as
select v.article_id, v.number, v.previous_seen_at, v.first_seen_at, v.last_seen_at, v.headline, v.words, v.same_as,
  c.class, c.score, c.summary, c.notice, c.noise_rule, c.words_added, c.words_removed,
  v.id as version_id, c.id as change_id
from versions v left join changes c on c.new_version_id = v.id
"""

_HEADLINE_HISTORY = """
create view headline_history as
select c.article_id, a.source_id, c.seen_after, c.seen_before, o.headline as old_headline, n.headline as new_headline,
  c.class, c.noise_rule, o.number as old_version, n.number as new_version, c.id as change_id
from changes c
  cross join versions n on n.id = c.new_version_id
  cross join versions o on o.id = c.old_version_id
  cross join articles a on a.id = c.article_id
where c.headline_changed = 1
"""

_SOURCE_STATISTICS = """
create view source_statistics as
select s.id as source_id, s.name, s.active,
  t.articles - (select count(*) from articles a where a.source_id = s.id and a.state = 'moved') as articles,
  t.versions, t.changes, t.noise,
  (select count(*) from articles a where a.source_id = s.id and a.version_count > 1 and a.state <> 'moved')
    as articles_edited,
  (select count(*) from articles a where a.source_id = s.id and a.state = 'gone') as articles_gone,
  (select max(c.seen_before) from changes c where c.source_id = s.id) as last_change_seen,
  (select count(*) from changes c where c.source_id = s.id and c.class = 'substantive' and c.noise_rule is null)
    as substantive,
  (select count(*) from changes c where c.source_id = s.id and c.class = 'substantive' and c.noise_rule is null
    and c.acknowledged = 0 and c.acknowledged_by is null) as substantive_unacknowledged
from sources s left join source_totals t on t.source_id = s.id
"""

# Who was heard and is not any more, newest first; `still_named` is 1 where the text still names him.
_VOICES_CUT = """
create view voices_cut as
select c.seen_before as gone_since, c.seen_after, c.source_id, n.headline, e.source, e.kind, e.event,
  e.old_verb as verb, e.old_times as times, e.old_quoted_words as quoted_words,
  e.event = 'voice-silenced' as still_named,
  e.new_source as replaced_by, c.article_id, o.number as old_version, n.number as new_version, c.id as change_id
from change_tags t
  cross join changes c on c.id = t.change_id
  cross join voice_events e on e.change_id = c.id and e.event = t.tag
  cross join versions n on n.id = c.new_version_id
  cross join versions o on o.id = c.old_version_id
where t.tag in ('voice-cut', 'voice-silenced', 'voice-withheld') and c.noise_rule is null
"""

# How an outlet's changed articles name whom they quote, by month of the version.
_VOICES_KINDS = """
create view voices_kinds as
select a.source_id, substr(v.first_seen_at, 1, 7) as month, count(*) as voices, sum(w.kind = 'name') as named,
  sum(w.kind = 'office') as offices, sum(w.kind = 'anonymous') as anonymous, sum(w.kind = 'document') as documents,
  round(1.0 * sum(w.kind = 'anonymous') / count(*), 3) as anonymous_share, sum(w.quoted_words) as quoted_words
from articles a
  join versions v on v.id = a.current_version_id
  join voices w on w.version_id = v.id and w.kind not in ('pronoun', 'other')
group by a.source_id, month
"""

VIEWS = {
    "article_doc": _ARTICLE_DOC,
    "version_text": _VERSION_TEXT,
    "latest_changes": _LATEST_CHANGES,
    "article_history": _ARTICLE_HISTORY,
    "headline_history": _HEADLINE_HISTORY,
    "source_statistics": _SOURCE_STATISTICS,
    "voices_cut": _VOICES_CUT,
    "voices_kinds": _VOICES_KINDS,
}

TOKENIZER = "unicode61 remove_diacritics 2"
"""How the search indexes cut text into words, as 0002_search has it."""
