"""Datasette's own pages with our data in them: cells for people, and two SQL functions.

Only the database of tracker is touched, and only columns whose meaning is known. A cell may hold anything a publisher
wrote, so every text is cleaned and escaped here, whatever it looks like.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from tracker.differ import numbers
from tracker.differ.matching.spans import changed_spans
from tracker.model import Edit
from tracker.model.change import ChangeClass
from tracker.render.pieces import BRACKETS, Mark, inline
from tracker.render.safety import clean
from tracker.web.drawing import formatting

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MARKED = re.compile(r"\[-(?P<deleted>.*?)-\]|\{\+(?P<inserted>.*?)\+\}", re.DOTALL)
_JSON = frozenset({"tags", "byline", "suspicion", "rate", "config", "detail", "reviewed", "headlines"})
_PAGES = {"change_id": "change", "article_id": "article", "source_id": "outlet"}
_OWN_PAGES = {
    ("changes", "id"): "change",
    ("latest_changes", "id"): "change",
    ("articles", "id"): "article",
    ("sources", "id"): "outlet",
}
_LONGEST = 20_000
_CELL = 400


@lru_cache(maxsize=2048)
def word_diff(old: Any, new: Any) -> str | None:
    """SQL `word_diff(old, new)`: the second text with the edits in it, `[-50-]{+63+}`; null when either is null."""
    if old is None or new is None:
        return None
    before, after = str(old)[:_LONGEST], str(new)[:_LONGEST]
    edits = [
        Edit(
            before[s.old_start : s.old_end],
            after[s.new_start : s.new_end],
            s.old_start,
            s.new_start,
            ChangeClass.MINOR,
            (),
            "",
        )
        for s in changed_spans(before, after)
    ]
    woven = inline(before, after, edits) or ()
    return "".join(f"{BRACKETS[p.mark][0]}{p.text}{BRACKETS[p.mark][1]}" for p in woven) or after


@lru_cache(maxsize=2048)
def changed_numbers(old: Any, new: Any, language: Any) -> str:
    """SQL `changed_numbers(old, new, language)`: the numbers that gave way to another, a JSON array of `[was, is]`.

    Numbers are read by value in the language's own words and forms; dates and times are none. When one text lost more
    of them than the other gained, which gave way to which is not known, and the array is empty.
    """
    before, after = (_numbers(text, str(language or "")) if text is not None else Counter() for text in (old, new))
    gone, come = list((before - after).elements()), list((after - before).elements())
    return json.dumps(list(zip(gone, come, strict=True)) if len(gone) == len(come) else [])


def _numbers(text: Any, language: str) -> Counter[float]:
    read = numbers.values(str(text)[:_LONGEST], language)
    return Counter({value: count for value, count in read.items() if isinstance(value, float)})


def render(value: Any, column: str, table: str | None, path: Any) -> Markup | None:
    """A cell of ours as people want it; None leaves it to Datasette. `path` makes addresses."""
    page = _OWN_PAGES.get((table or "", column)) or _PAGES.get(column)
    if page and isinstance(value, int | str) and re.fullmatch(r"[\w-]{1,80}", str(value), re.ASCII):
        return Markup('<a href="{}">{}</a>').format(path(f"/-/{page}/{value}"), value)
    if not isinstance(value, str) or not value:
        return None
    if _MOMENT.fullmatch(value):
        return _moment(value)
    if column == "edit":
        return marked(value)
    if column in _JSON or column == "paragraph_ids":
        return _json(value)
    if column.endswith("sha256"):
        return Markup('<code title="{}">{}…</code>').format(clean(value), clean(value)[:12])
    if column == "summary":
        return Markup("{}").format(formatting.arrows(value))
    if column in ("class", "notice"):
        return Markup('<span class="tracker-chip {}">{}</span>').format(clean(value), clean(value))
    return None


def marked(text: str) -> Markup:
    """`[-50-]{+63+}` as `del` and `ins`; everything in it escaped."""
    parts: list[Markup] = []
    at = 0
    shown = clean(text)
    for found in _MARKED.finditer(shown):
        parts.append(Markup("{}").format(shown[at : found.start()]))
        if found["deleted"] is not None:
            parts.append(formatting.marked([_piece(Mark.DELETED, found["deleted"])]))
        else:
            parts.append(formatting.marked([_piece(Mark.INSERTED, found["inserted"])]))
        at = found.end()
    parts.append(Markup("{}").format(shown[at:]))
    return Markup('<span class="tracker-edit">{}</span>').format(Markup("").join(parts))


def _piece(mark: Mark, text: str) -> Any:
    from tracker.render.pieces import Piece

    return Piece(mark, text)


def _moment(value: str) -> Markup | None:
    try:
        return formatting.when(datetime.fromisoformat(value))
    except ValueError:
        return None


def _json(value: str) -> Markup | None:
    """A list of words as words, an object as `key: value`; what is no JSON is left alone."""
    try:
        read = json.loads(value)
    except ValueError:
        return None
    if isinstance(read, list):
        return Markup("{}").format(clean(", ".join(map(str, read)))[:_CELL])
    if isinstance(read, dict):
        lines = [Markup("{}: {}").format(clean(str(k)), clean(str(v))[:_CELL]) for k, v in list(read.items())[:20]]
        return Markup("<br>").join(lines)
    return None
