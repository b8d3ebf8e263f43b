"""Small pieces of our pages: moments, intervals, edits, chips. Everything here returns text that is safe to show.

Templates escape, too; what is `Markup` was built here from text that went through `render`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from tracker.differ.matching.spans import changed_spans
from tracker.model import ChangeClass, Edit, Event, EventKind, Notice, RecordedChange, State, iso
from tracker.render import clean, html, pieces, words

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_QUOTED = re.compile(r'"([^"]*)"')
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "syr", "ug", "ur", "yi"})

STATES = {
    State.LIVE: "on the site",
    State.GONE: "gone from the site",
    State.MOVED: "moved to another address",
    State.BLOCKED: "blocked to us",
    State.PAYWALLED: "behind a paywall",
    State.RETIRED: "no longer followed",
}
count = words.count
_EVENTS = {
    "gone": "Gone from the site",
    "restored": "Back on the site",
    "blocked": "Blocked to us",
    "paywalled": "Put behind a paywall",
    "joined": "Took another article in",
}


def text(value: str, limit: int = 0) -> str:
    """A page's text made harmless, cut at `limit` characters when it is not 0."""
    shown = clean(value)
    return shown if not limit or len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def arrows(summary: str, limit: int = 0) -> str:
    """A line the differ wrote for terminals, set for a page: real arrows and quotes."""
    return text(_QUOTED.sub("“\\1”", summary).replace(" -> ", " → "), limit)


def day(moment: datetime) -> str:
    """`Monday 23 November 2026`, in UTC."""
    moment = moment.astimezone(UTC)
    return f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def when(moment: datetime | None, form: str = "full") -> Markup:
    """A moment as a `time` element: `clock` is 10:05, `date` is 23 Nov 2026, `full` is both. UTC on hover.

    The page's script shows it in the reader's own zone.
    """
    if moment is None:
        return Markup("–")
    moment = moment.astimezone(UTC)
    shown = {
        "clock": f"{moment:%H:%M}",
        "date": words.day(moment),
        "full": f"{words.day(moment)}, {moment:%H:%M}",
    }[form]
    hover = f"{moment:%H:%M:%S} UTC on {words.day(moment)}"
    return Markup('<time datetime="{}" title="{}" data-form="{}">{}</time>').format(iso(moment), hover, form, shown)


def between(after: datetime, before: datetime) -> Markup:
    """When a change happened, as far as was seen: `between 10:05 and 10:20 on 23 Nov 2026`, a zone after it."""
    zone = Markup('<span class="zone"> UTC</span>')
    if after.astimezone(UTC).date() == before.astimezone(UTC).date():
        return Markup("between {} and {}{} on {}").format(
            when(after, "clock"), when(before, "clock"), zone, when(before, "date")
        )
    return Markup("between {} and {}{}").format(when(after), when(before), zone)


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `3 h 20 min`, `2 days 4 h`."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    name = words.count(days, "day")
    return f"{name} {hours % 24} h" if hours % 24 and days < 14 else name


@lru_cache(maxsize=4096)
def edit(old: str, new: str) -> Markup:
    """Two short texts woven into one with what was deleted and inserted; empty when both are."""
    if not old or not new or old == new:
        mark = pieces.Mark.SAME if old == new else pieces.Mark.INSERTED if new else pieces.Mark.DELETED
        return marked(pieces.whole(new or old, mark))
    edits = [
        Edit(
            old[s.old_start : s.old_end],
            new[s.new_start : s.new_end],
            s.old_start,
            s.new_start,
            ChangeClass.MINOR,
            (),
            "",
        )
        for s in changed_spans(old, new)
    ]
    woven = pieces.inline(old, new, edits)
    if woven is None:
        return (
            marked(pieces.whole(old, pieces.Mark.DELETED))
            + Markup(" ")
            + marked(pieces.whole(new, pieces.Mark.INSERTED))
        )
    return marked(woven)


def marked(parts: Sequence[pieces.Piece]) -> Markup:
    """Pieces as HTML; `render.html` has cleaned and escaped every one."""
    return Markup(html.inline(parts))  # noqa: S704 - escaped by render.html


@dataclass(frozen=True, slots=True)
class ToldChip:
    """Whether the reader was told, as a chip: `kind` for its look, `by` the change that brought a later notice."""

    kind: str
    words: str
    by: str = ""


def told(notice: Notice, acknowledged: bool) -> ToldChip:
    """Whether the reader was told, as the notice says it."""
    kind = notice.value if notice is not Notice.NONE else "touched" if acknowledged else "untold"
    return ToldChip(kind, words.notice_words(notice, acknowledged))


def told_of(record: words.HasNotice) -> ToldChip:
    """The same of a change in the log, which may have got its notice later."""
    if record.later is None:
        return told(record.notice or Notice.NONE, record.acknowledged)
    return ToldChip("later", words.told_words(record), str(record.later.change))


def tongue(language: str) -> Markup:
    """The attributes of an element that holds a publisher's text: its language and its direction."""
    tag = clean(language).strip()
    if not tag or not all(c.isalnum() or c == "-" for c in tag) or len(tag) > 35:
        return Markup('dir="auto"')
    direction = "rtl" if tag.split("-")[0].lower() in RIGHT_TO_LEFT else "auto"
    return Markup('lang="{}" dir="{}"').format(tag, direction)


def web_address(url: str) -> str:
    """The address when it may be linked (http or https), else an empty string."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and clean(url) == url else ""


def event_words(event: Event) -> str:
    """What happened to an article, as a heading: `Gone from the site`, `Moved into article 3`."""
    moved = event.kind is EventKind.MOVED
    return words.moved_words(event).capitalize() if moved else _EVENTS.get(event.kind.value, event.kind.value)


def tags(record: RecordedChange, already: Sequence[str] = ()) -> list[str]:
    """The tags of a change worth a chip, at most six, without what is said elsewhere."""
    return [text(tag, 24) for tag in record.tags if tag not in already][:6]


def query(parameters: Mapping[str, object]) -> str:
    """A query string of what is set, `?` included; empty when nothing is."""
    kept = {name: value for name, value in parameters.items() if value not in ("", None, 0, False, ())}
    return "?" + urlencode(kept, doseq=True) if kept else ""


def join(parts: Sequence[str | Markup], glue: str) -> Markup:
    """Texts and markup as one markup."""
    return Markup(glue).join(escape(part) for part in parts if part)  # noqa: S704 - the glue is ours
