"""What is counted of the changes as they are written, so that no page counts them.

Triggers count, not the writer: a change is also flagged as noise, told of later, read anew and forgotten, and whoever
does so, the sums stay true. Noise is left out of all of them.
"""

from __future__ import annotations

from tracker.store.connection import HistoryDatabase, row

HOUR = "substr(row.seen_before, 1, 13) || ':00:00Z'"
"""The hour a change was seen in; `row` stands for `new`, `old` or nothing, as the statement needs it."""

SUMS = {
    "edits": "1",
    "headline_changes": "row.headline_changed",
    "substantive": "(row.class = 'substantive')",
    "silent": "(row.class = 'substantive' and row.acknowledged = 0 and row.acknowledged_by is null)",
    "sentences_deleted": "row.sentences_deleted",
}
"""Each sum of `source_edits` with what one change adds to it."""


def _count(row: str, sign: str = "") -> str:
    """The statement that adds a change to its hour, or with a minus takes it out again."""
    values = ", ".join(f"{sign}{value}" for value in SUMS.values())
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
    return (
        f"insert into source_edits (source_id, hour, {', '.join(SUMS)}) "
        f"select row.source_id, {HOUR}, {values} where row.noise_rule is null "
        f"on conflict (source_id, hour) do update set {sums};"
    ).replace("row.", f"{row}.")


_TRUTH = (
    f"select source_id, {HOUR}, {', '.join(f'sum({value})' for value in SUMS.values())} "  # noqa: S608 - names are ours
    "from changes row where noise_rule is null group by 1, 2"
)
"""What `source_edits` is to hold, counted from all changes."""

_OWN = "from changes c where c.article_id = articles.id and c.noise_rule is null"
_TRUTH_OF_ARTICLE = {"edits": f"(select count(*) {_OWN})", "first_edit_after": f"(select min(c.seen_after) {_OWN})"}
_OF_ARTICLE = ", ".join(f"{column} = {truth}" for column, truth in _TRUTH_OF_ARTICLE.items())
_WATCHED = (
    *("source_id", "seen_after", "seen_before", "class", "headline_changed", "sentences_deleted", "noise_rule"),
    *("acknowledged", "acknowledged_by"),
)
_CHANGED = " or ".join(f"old.{column} is not new.{column}" for column in _WATCHED)
_OLD_HOUR = HOUR.replace("row.", "old.")
_TIDY = f"delete from source_edits where source_id = old.source_id and hour = {_OLD_HOUR} and edits = 0;"  # noqa: S608

_COUNTED = f"""
create trigger changes_counted after insert on changes begin
  {_count("new")}
  update articles
  set edits = edits + 1, first_edit_after = min(ifnull(first_edit_after, new.seen_after), new.seen_after)
  where id = new.article_id and new.noise_rule is null;
end;
"""  # noqa: S608 - every name is ours, here and below

_UNCOUNTED = f"""
create trigger changes_uncounted after delete on changes when old.noise_rule is null begin
  {_count("old", "-")}
  {_TIDY}
  update articles set {_OF_ARTICLE} where id = old.article_id;
end;
"""  # noqa: S608

_RECOUNTED = f"""
create trigger changes_recounted after update of {", ".join(_WATCHED)} on changes when {_CHANGED} begin
  {_count("old", "-")}
  {_count("new")}
  {_TIDY}
  update articles set {_OF_ARTICLE} where id = new.article_id;
end;
"""  # noqa: S608

TRIGGERS = {"changes_counted": _COUNTED, "changes_uncounted": _UNCOUNTED, "changes_recounted": _RECOUNTED}
"""What keeps the sums true."""

_WRONG = (
    f"select * from (select * from source_edits except {_TRUTH}) "  # noqa: S608 - names are ours
    f"union all select * from ({_TRUTH} except select * from source_edits) limit 1"
)
_DIFFERS = " or ".join(f"{column} is not {truth}" for column, truth in _TRUTH_OF_ARTICLE.items())
_WRONG_OF_ARTICLE = f"select 1 from articles where id = ? and ({_DIFFERS})"  # noqa: S608 - names are ours


def wrong(db: HistoryDatabase) -> tuple[str, str] | None:
    """The first source and hour whose sums are not those of its changes; None when all are. Reads every change."""
    found = row(db, _WRONG)
    return (found["source_id"], found["hour"]) if found else None


def wrong_of(db: HistoryDatabase, article_id: int) -> bool:
    """Whether an article's row counts other edits than it had."""
    return row(db, _WRONG_OF_ARTICLE, (article_id,)) is not None
