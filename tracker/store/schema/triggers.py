"""The triggers as they are today, whoever writes: see `derived` for how they come into a database."""

from __future__ import annotations

from tracker.store.schema import edit_counts

# The tags of a change that is deleted are found by the key there is: it knows them and its moment.
_UNTAGGED = """
create trigger changes_untagged after delete on changes begin
  delete from change_tags
  where tag in (select value from json_each(old.tags)) and seen_before = old.seen_before and change_id = old.id;
end;
"""

# What is due of a source that is paused or no longer configured stays due, but out of the way of what is looked for.
_SOURCES_REST = """
create trigger sources_rest after update of active, paused_at on sources
when (new.active = 0 or new.paused_at is not null) <> (old.active = 0 or old.paused_at is not null)
begin
  update article_state set rests = (new.active = 0 or new.paused_at is not null)
  where article_id in (select id from articles where source_id = new.id);
end;
"""

_ARTICLES_REST = """
create trigger article_state_rests after insert on article_state
when exists (
  select 1 from articles a join sources o on o.id = a.source_id
  where a.id = new.article_id and (o.active = 0 or o.paused_at is not null))
begin
  update article_state set rests = 1 where article_id = new.article_id;
end;
"""

# A change that became noise after it was written is counted where it becomes so, and taken out with it.
_SIGHTED = """
create trigger changes_sighted after update of noise_seen_at on changes
when old.noise_seen_at is null and new.noise_seen_at is not null
begin
  update source_totals set noise = noise + 1 where source_id = new.source_id;
end;
"""

_UNSIGHTED = """
create trigger changes_unsighted after delete on changes when old.noise_seen_at is not null begin
  update source_totals set noise = noise - 1 where source_id = old.source_id;
end;
"""

TRIGGERS = {
    "changes_sighted": _SIGHTED,
    "changes_unsighted": _UNSIGHTED,
    "changes_untagged": _UNTAGGED,
    "sources_rest": _SOURCES_REST,
    "article_state_rests": _ARTICLES_REST,
    **edit_counts.TRIGGERS,
}
