"""What the newsroom does to its stories, and when: `edits.yaml` as planned edits, and the operations they are made of.

An entry names the newsroom minute (`at`), the story (`article`), what kind of thing a newsroom does it is (`kind`), a
`note` for people, and under `do` one or more operations (`OPERATIONS`). A `silent` edit leaves the modified date alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tracker.model import Paragraph
from tracker.newsroom.story import Story, block, blocks, plain


class Planted(StrEnum):
    """The kinds of things a newsroom does to a story."""

    PUBLISHED = "published"
    TYPO = "typo"
    HEADLINE = "headline"
    NUMBER = "number"
    CORRECTION = "correction"  # a number, with a correction notice
    QUOTE = "quote"
    REMOVAL = "removal"
    ADDITION = "addition"
    SWAP = "swap"
    NEGATION = "negation"
    HEDGE = "hedge"
    BYLINE = "byline"
    UPDATE = "update"  # more text under an update label
    LIVE = "live"
    AB_HEADLINE = "ab_headline"
    REVERTED = "reverted"
    UNPUBLISHED = "unpublished"  # 404
    GONE = "gone"  # 410
    RESTORED = "restored"
    MOVED = "moved"
    PAYWALLED = "paywalled"


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """One thing the newsroom does to a story, `at` so long after its opening."""

    at: timedelta
    article: str
    kind: Planted
    note: str = ""
    steps: tuple[tuple[str, Any], ...] = ()
    silent: bool = False

    def apply(self, story: Story, opened: datetime) -> Story:
        """The story after this edit. Raises ValueError when a text to change is not there exactly once."""
        for name, value in self.steps:
            if name not in OPERATIONS:
                raise ValueError(f"{self.article}: no operation {name!r}; there are {', '.join(OPERATIONS)}")
            clock = (opened + self.at).strftime("%H:%M")
            try:
                story = OPERATIONS[name](story, _with_clock(value, clock))
            except ValueError as error:
                raise ValueError(f"{self.article} at {self.at}, {name}: {error}") from None
        return story if self.silent else replace(story, modified=self.at)


def _with_clock(value: Any, clock: str) -> Any:
    """The value with `{clock}` in its strings replaced by the time of day of the edit."""
    if isinstance(value, str):
        return value.replace("{clock}", clock)
    if isinstance(value, Mapping):
        return {key: _with_clock(item, clock) for key, item in value.items()}
    return value


def _replace(story: Story, value: Mapping[str, str]) -> Story:
    """`{old, new}`: other words; the old ones stand exactly once in standfirst and body."""
    old, new = value["old"], value["new"]
    count = story.standfirst.count(old) + sum(b.text.count(old) for b in story.body)
    if count != 1:
        raise ValueError(f"{old!r} stands {count} times in the story, not once")
    body = tuple(replace(b, text=b.text.replace(old, new)) for b in story.body)
    return replace(story, standfirst=story.standfirst.replace(old, new), body=body)


def _at(story: Story, start: str) -> int:
    """Index of the one block that begins with these words."""
    found = [i for i, b in enumerate(story.body) if plain(b.text).startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} blocks begin with {start!r}, not one")
    return found[0]


def _remove(story: Story, start: str) -> Story:
    """The first words of the block that goes."""
    index = _at(story, start)
    return replace(story, body=story.body[:index] + story.body[index + 1 :])


def _insert(story: Story, value: Mapping[str, str]) -> Story:
    """`{after, text}`: new blocks behind the block that begins so; without `after`, at the top."""
    index = _at(story, value["after"]) + 1 if value.get("after") else 0
    return replace(story, body=story.body[:index] + blocks(value["text"]) + story.body[index:])


def _swap(story: Story, value: Mapping[str, str]) -> Story:
    """`{one, other}`: two blocks that change places."""
    one, other = _at(story, value["one"]), _at(story, value["other"])
    body: list[Paragraph] = list(story.body)
    body[one], body[other] = body[other], body[one]
    return replace(story, body=tuple(body))


def _rewrite(story: Story, value: Mapping[str, str]) -> Story:
    """`{start, text}`: the block that begins so, written anew."""
    index = _at(story, value["start"])
    return replace(story, body=(*story.body[:index], block(value["text"]), *story.body[index + 1 :]))


def _move(story: Story, slug: str) -> Story:
    """A new slug; the old address redirects."""
    return replace(story, address=slug, former=(*story.former, story.place))


def _byline(story: Story, value: str | Iterable[str]) -> Story:
    """One author's name or several."""
    return replace(story, byline=(value,) if isinstance(value, str) else tuple(value))


OPERATIONS: Mapping[str, Callable[[Story, Any], Story]] = {
    "replace": _replace,
    "remove": _remove,
    "insert": _insert,
    "swap": _swap,
    "rewrite": _rewrite,
    "headline": lambda story, text: replace(story, headline=text),
    "standfirst": lambda story, text: replace(story, standfirst=text),
    "byline": _byline,
    "other_headline": lambda story, text: replace(story, other_headline=text),
    "notice": lambda story, text: replace(story, notices=(*story.notices, text)),
    "label": lambda story, text: replace(story, label=text),
    "unpublish": lambda story, status: replace(story, gone=int(status)),
    "restore": lambda story, _: replace(story, gone=0),
    "move": _move,
    "paywall": lambda story, teaser: replace(story, teaser=None if teaser is None else int(teaser)),
}


def read(text: str) -> tuple[PlannedEdit, ...]:
    """The planned edits of an `edits.yaml`, in the order of time."""
    edits = [
        PlannedEdit(
            at=timedelta(minutes=entry["at"]),
            article=entry["article"],
            kind=Planted(entry["kind"]),
            note=entry["note"],
            steps=tuple((name, value) for step in entry["do"] for name, value in step.items()),
            silent=entry.get("silent", False),
        )
        for entry in yaml.safe_load(text)
    ]
    return tuple(sorted(edits, key=lambda edit: edit.at))


@cache
def load() -> tuple[PlannedEdit, ...]:
    """The package's own script."""
    return read((files("tracker.newsroom") / "edits.yaml").read_text("utf-8"))
