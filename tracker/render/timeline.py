"""An article's whole story in order of time: versions, changes, events and checks that failed, as one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from tracker.model import STOOD, Event, EventKind, Outcome, RecordedChange, Version, iso
from tracker.render.json_ import later
from tracker.render.safety import clean
from tracker.render.terminal import hanging
from tracker.render.words import count, interval, moment_words, moved_words, outcome_words, told_words

_SIGNS = {"version": "●", "event": "◆", "failed": "×"}
_EVENTS = {
    "gone": "gone from the site",
    "restored": "back on the site",
    "blocked": "blocked to us",
    "paywalled": "behind a paywall",
    "joined": "took another article in",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One moment of the story. `title` and `lines` are clean; `data` is what JSON tells about it."""

    at: datetime
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


def of_version(version: Version, change: RecordedChange | None, memento: str = "") -> TimelineEntry:
    """The arrival of a version, with what the change before it was and where another archive has the page."""
    title = f"version {version.number}"
    if version.same_as:
        title += f", back to the text of version {version.same_as}"
    lines = [_seen(version), seen_by(version), f"archived at {clean(memento)}" if memento else ""]
    data: dict[str, object] = {"version": version.number, "same_as": version.same_as, "words": version.words}
    data |= {"observer": version.observer or None, "memento": memento or None}
    data["headline"] = version.content.headline
    if change is None:
        lines += [clean(version.content.headline), count(version.words, "word")]
    else:
        verdict = f"{change.class_.value}, score {change.score}, {told_words(change)}"
        noise = f"taken for noise by the rule {clean(change.noise_rule)}" if change.noise_rule else ""
        stood = "accepted only because it stood for a day" if STOOD in change.tags else ""
        lines += [verdict, clean(change.summary), noise, stood]
        data |= {
            "change": change.id,
            "after": iso(change.after),
            "before": iso(change.before),
            "class": change.class_.value,
            "score": change.score,
            "notice": change.notice.value,
            "later": later(change),
            "noise_rule": change.noise_rule,
            "summary": change.summary,
        }
    return TimelineEntry(version.first_seen_at, "version", title, tuple(filter(None, lines)), data)


def of_event(event: Event) -> TimelineEntry:
    """Something that happened besides an edit."""
    details = [
        f"{clean(str(k)).replace('_', ' ')}: {clean(str(v))}"
        for k, v in event.detail.items()
        if v not in (None, "") and not isinstance(v, list)
    ]
    data = {"event": event.kind.value, "detail": dict(event.detail)}
    moved = event.kind is EventKind.MOVED
    title = moved_words(event) if moved else _EVENTS.get(event.kind.value, event.kind.value)
    return TimelineEntry(event.at, "event", title, tuple(details), data)


def of_failures(
    started: datetime, ended: datetime, checks: int, outcome: Outcome, status: int, error: str
) -> TimelineEntry:
    """A run of checks that all failed in the same way."""
    title = f"{count(checks, 'check')} ended with {outcome_words(outcome)}"
    span = moment_words(started) if checks == 1 else interval(started, ended)
    said = clean(error) or (f"HTTP {status}" if status else "")
    data = {"outcome": outcome.value, "checks": checks, "until": iso(ended), "status": status, "error": error}
    return TimelineEntry(started, "failed", title, tuple(filter(None, (span, said))), data)


def terminal(entries: Sequence[TimelineEntry]) -> list[RenderableType]:
    """The story as a line of signs with what happened beside them."""
    return [Group(hanging(_SIGNS[e.kind], _text(e)), Text()) for e in entries]


def plain(entries: Sequence[TimelineEntry]) -> str:
    """The story as plain text, each entry on a line with its details indented below."""
    return "".join("".join(f"{'  ' if n else ''}{line}\n" for n, line in enumerate(_lines(e))) for e in entries)


def json(entry: TimelineEntry) -> dict[str, object]:
    """An entry as an object: `at`, `kind`, then what belongs to the kind."""
    return {"at": iso(entry.at), "kind": entry.kind} | dict(entry.data)


def _lines(entry: TimelineEntry) -> tuple[str, ...]:
    return (f"{iso(entry.at)}  {entry.title}", *entry.lines)


def _text(entry: TimelineEntry) -> Text:
    text = Text(overflow="fold").append(entry.title, "bold" if entry.kind != "failed" else "")
    for line in entry.lines:
        text.append("\n").append(line, "" if line is entry.lines[0] else "dim")
    return text


def seen_by(version: Version) -> str:
    """Who saw a version first when that was not us; empty when it was."""
    return f"seen by {clean(version.observer)}, not by us" if version.observer else ""


def _seen(version: Version) -> str:
    if version.number == 1 or version.previous_seen_at is None:
        return f"first seen at {moment_words(version.first_seen_at)}"
    return f"changed {interval(version.previous_seen_at, version.first_seen_at)}"
