"""The one filter as SQL: which index leads to the changes that are meant, and what must be looked at on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.model import ChangeFilter, Told
from tracker.model.filters import literal, plain_text
from tracker.store.connection import Value, stamp

Cursor = tuple[str, int]
"""Where a page of changes ended: `seen_before` and the id of its last change."""

TABLES = """
from changes c
  cross join articles a on a.id = c.article_id
  cross join versions n on n.id = c.new_version_id
  cross join versions o on o.id = c.old_version_id
"""
_TOLD = {
    Told.SILENT: "c.notice = 'none' and c.acknowledged = 0 and c.acknowledged_by is null",
    Told.AT_ONCE: "(c.notice <> 'none' or c.acknowledged = 1)",
    Told.LATER: "c.notice = 'none' and c.acknowledged = 0 and c.acknowledged_by is not null",
}
_HAS_TAG = (
    "exists (select 1 from change_tags x where x.tag = ? and x.seen_before = c.seen_before and x.change_id = c.id)"
)
_BODY = "c.sentences_added + c.sentences_deleted + c.sentences_edited + c.sentences_moved > 0"
_OF_BEFORE = "select value from json_each(o.paragraph_ids)"
_OF_NOW = "select value from json_each(n.paragraph_ids)"
_CAME, _WENT = f"{_OF_NOW} except {_OF_BEFORE}", f"{_OF_BEFORE} except {_OF_NOW}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL with the values of its marks."""

    sql: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """What a filter is in SQL over `changes c`, its article `a`, its new version `n` and its old version `o`.

    `tables` is the from clause, `at` and `id` the columns that the log is ordered by, `log` the table with its alias
    that they stand in, `place` the conditions that its index serves, `rest` those that look at each change.
    """

    tables: str
    log: str
    at: str
    id: str
    place: tuple[Condition, ...]
    rest: tuple[Condition, ...]


def where(*conditions: Condition) -> Condition:
    """The where clause that holds when all conditions do; empty when there are none."""
    if not conditions:
        return Condition("")
    clause = " where " + " and ".join(condition.sql for condition in conditions)
    return Condition(clause, tuple(value for condition in conditions for value in condition.values))


def query_of(wanted: ChangeFilter, after: Cursor | None = None) -> ChangeQuery:
    """The filter as SQL, from where the page before ended. Where tags are asked for, the first one's index leads."""
    if wanted.tags:
        tables = TABLES.replace("from changes c", "from change_tags t cross join changes c on c.id = t.change_id")
        log, at, identity = "change_tags t", "t.seen_before", "t.change_id"
    else:
        tables, log, at, identity = TABLES, "changes c", "c.seen_before", "c.id"
    place = [*_led_by(wanted), *_between(wanted, at)]
    if after is not None:
        place.append(Condition(f"({at}, {identity}) < (?, ?)", after))
    return ChangeQuery(tables, log, at, identity, tuple(place), tuple(_looked_at(wanted)))


def _led_by(wanted: ChangeFilter) -> Iterator[Condition]:
    """The narrowest log there is: a tag's, an article's, a source's, else the whole one."""
    if wanted.tags:
        yield Condition("t.tag = ?", wanted.tags[:1])
    elif wanted.article_id is not None:
        yield Condition("c.article_id = ?", (wanted.article_id,))
    elif len(wanted.sources) == 1:
        yield Condition("c.source_id = ?", wanted.sources)


def _between(wanted: ChangeFilter, at: str) -> Iterator[Condition]:
    if wanted.since is not None:
        yield Condition(f"{at} >= ?", (stamp(wanted.since),))
    if wanted.until is not None:
        yield Condition(f"{at} < ?", (stamp(wanted.until),))


def _looked_at(wanted: ChangeFilter) -> Iterator[Condition]:
    """What no index serves; the plus keeps the planner from leaving the log's order for another index."""
    if not wanted.noise:
        yield Condition("c.noise_rule is null")
    if wanted.article_id is not None and wanted.tags:
        yield Condition("+c.article_id = ?", (wanted.article_id,))
    if wanted.sources and (wanted.tags or wanted.article_id is not None or len(wanted.sources) > 1):
        yield Condition(f"+c.source_id in ({_marks(wanted.sources)})", wanted.sources)
    if wanted.classes:
        yield Condition(f"c.class in ({_marks(wanted.classes)})", tuple(class_.value for class_ in wanted.classes))
    if wanted.min_score:
        yield Condition("c.score >= ?", (wanted.min_score,))
    if wanted.notice is not None:
        yield Condition("c.notice = ?", (wanted.notice.value,))
    if wanted.told is not None:
        yield Condition(_TOLD[wanted.told])
    for tag in wanted.tags[1:]:
        yield Condition(_HAS_TAG, (tag,))
    if wanted.same_edit and len(wanted.tags) > 1:
        yield _on_one_edit(wanted.tags)
    if wanted.voice:
        yield _told_of(wanted.voice)
    if wanted.field:
        yield Condition(_BODY) if wanted.field == "body" else Condition(_HAS_TAG, (wanted.field,))
    yield from _spoken(wanted)


def _told_of(voice: str) -> Condition:
    """Something became of a speaker, whose words hold a text in any case."""
    columns = ("e.source", "e.old_source", "e.new_source")
    spoken = _any_of(*(_speaks(column, literal(voice)) for column in columns))
    sql = f"exists (select 1 from voice_events e where e.change_id = c.id and {spoken.sql})"  # noqa: S608 - parts are ours
    return Condition(sql, spoken.values)


def _on_one_edit(tags: tuple[str, ...]) -> Condition:
    """All tags on one edit. A change recorded before edits' tags were kept is judged by its own tags."""
    sql = (
        "exists (select 1 from json_each(coalesce(c.edit_tags, json_array(json(c.tags)))) e where "  # noqa: S608
        f"(select count(distinct value) from json_each(e.value) where value in ({_marks(tags)})) = ?)"
    )
    return Condition(sql, (*tags, len(tags)))


def _spoken(wanted: ChangeFilter) -> Iterator[Condition]:
    """Text in what changed: paragraphs are compared by the two versions' lists of ids."""
    if wanted.grep:
        said = ("n.headline", "c.summary", "o.headline", "o.standfirst", "n.standfirst")
        yield _any_of(
            *(_speaks(column, wanted.grep) for column in said[:2]),
            *(_changed(column, wanted.grep) for column in said[2:]),
            _paragraph(_CAME, wanted.grep),
            _paragraph(_WENT, wanted.grep),
        )
    for pattern, (now, came), (before, went) in (
        (wanted.added, ("n", _CAME), ("o", _WENT)),
        (wanted.removed, ("o", _WENT), ("n", _CAME)),
    ):
        if pattern:
            yield _any_of(*_stands(now, came, pattern))
            gone = _any_of(*_stands(before, went, pattern))
            yield Condition(f"not {gone.sql}", gone.values)


def _stands(version: str, ids: str, pattern: str) -> Iterator[Condition]:
    for column in (f"{version}.headline", f"{version}.standfirst"):
        yield _changed(column, pattern)
    yield _paragraph(ids, pattern)


def _changed(column: str, pattern: str) -> Condition:
    """A column of a version that differs from the other version's and has the text."""
    name = column.partition(".")[2]
    found = _speaks(column, pattern)
    return Condition(f"(n.{name} <> o.{name} and {found.sql})", found.values)


def _paragraph(ids: str, pattern: str) -> Condition:
    found = _speaks("p.text", pattern)
    sql = f"exists (select 1 from paragraphs p where p.id in ({ids}) and {found.sql})"  # noqa: S608 - parts are ours
    return Condition(sql, found.values)


def _speaks(column: str, pattern: str) -> Condition:
    """Whether a column has what a pattern means. SQLite's own `like` knows no case beyond ASCII, but is quicker."""
    text = plain_text(pattern)
    if text is None or not text.isascii():
        return Condition(f"{column} regexp ?", (pattern,))
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Condition(f"{column} like ? escape '\\'", (f"%{escaped}%",))


def _any_of(*conditions: Condition) -> Condition:
    return Condition(
        "(" + " or ".join(condition.sql for condition in conditions) + ")",
        tuple(value for condition in conditions for value in condition.values),
    )


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))
