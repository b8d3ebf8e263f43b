"""What the store keeps: sources, articles, versions, changes, events and the result of a check."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from tracker.model.article_state import ArticleState, LastCheck, State
from tracker.model.change import Change, ChangeClass, Notice
from tracker.model.content import Content
from tracker.model.outside import Capture, Outcome, Via


class EventKind(StrEnum):
    """What happened to an article besides being edited."""

    GONE = "gone"
    RESTORED = "restored"
    MOVED = "moved"
    BLOCKED = "blocked"
    PAYWALLED = "paywalled"
    JOINED = "joined"


EventDetail = TypedDict(
    "EventDetail",
    {"status": int, "reason": str, "from": str, "to": str, "article": int, "was": str, "addresses": list[str]},
    total=False,
)
EventDetail.__doc__ = """What is known of an event.

The HTTP status and the reason in words; a move's two addresses, and the article that was there already; the state that
an article was restored from; the addresses that one had which gave way to another.
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an article besides an edit, said once."""

    article_id: int
    at: datetime
    kind: EventKind
    detail: EventDetail = field(default_factory=EventDetail)
    id: int = 0


class SourceEventKind(StrEnum):
    """What happened to a source as a whole."""

    BROKEN = "broken"
    HEALED = "healed"


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """A source broke or healed at `at`. `since` is when its problem began, `words` what it was."""

    source_id: str
    at: datetime
    kind: SourceEventKind
    since: datetime
    words: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet that is or was followed."""

    id: str
    name: str
    home_url: str
    language: str
    active: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One tracked story, however many URLs it has had."""

    id: int
    source_id: str
    url: str
    state: State
    headline: str
    byline: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    last_changed_at: datetime | None
    version_count: int
    current_version_id: int | None
    discovered_via: Via
    pinned: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A content that differs from the one before; numbered 1, 2, 3 … per article.

    It appeared between `previous_seen_at` (the last check that still saw the version before) and `first_seen_at`.
    `observer` is who saw it first when that was not us.
    """

    id: int
    article_id: int
    number: int
    first_seen_at: datetime
    last_seen_at: datetime | None
    previous_seen_at: datetime | None
    content: Content
    words: int
    content_sha256: str
    chain_sha256: str
    capture_sha256: str
    same_as: int | None
    observer: str = ""


@dataclass(frozen=True, slots=True)
class LaterNotice:
    """The notice that came after a change made without one: the change that brought it, and how late it was.

    Both happened between two checks, so the lag is an interval of hours.
    """

    change: int
    notice: Notice
    hours_least: float
    hours_most: float


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A row of the log: a change with its place in the history, without its sentence operations.

    It happened between `after` and `before`. The operations are recomputed from the two versions when asked for.
    `notice` and `acknowledged` speak of the change itself; `later` is the notice that covered it afterwards.
    """

    id: int
    article_id: int
    url: str
    source_id: str
    headline: str
    old_version: int
    new_version: int
    after: datetime
    before: datetime
    class_: ChangeClass
    score: int
    tags: tuple[str, ...]
    headline_changed: bool
    words_added: int
    words_removed: int
    sentences_added: int
    sentences_deleted: int
    sentences_edited: int
    sentences_moved: int
    notice: Notice
    acknowledged: bool
    noise_rule: str | None
    summary: str
    excerpt_old: str
    excerpt_new: str
    later: LaterNotice | None = None


@dataclass(frozen=True, slots=True)
class PageTraits:
    """What is remembered of a page that was read, to know its source's pages by.

    `claims` is the other address that it calls its own; empty where it names the one at which it was read, or none.
    """

    address: str
    headline: str
    sketch: str
    marks: str
    claims: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Everything one check learned, committed in one transaction or not at all.

    `state` is the article's state after the check. A new version comes with its `capture` and `content`, and with a
    `change` unless it is the article's first. `leads_to` is where a permanent redirect led that is still to be seen
    again, `moved_to` where it led for good. `modified_at` is set when a page whose text is the same newly says that it
    was modified: when. `joins` is the article that this one turned out to be, `takes_in` the one that turned out to be
    this one; `traits` is what its page was like. `ours` is True when
    this machine had no network: nothing was learned, and only the next look moves. `follows` is the check it began
    after: where another was recorded meanwhile, or this result already, it is refused. None is not judged.
    """

    article_id: int
    source_id: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    state: ArticleState
    status: int = 0
    error: str = ""
    wire_bytes: int = 0
    milliseconds: int = 0
    capture: Capture | None = None
    content: Content | None = None
    change: Change | None = None
    lifecycle: State | None = None
    leads_to: str = ""
    moved_to: str = ""
    aliases: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    modified_at: datetime | None = None
    joins: int = 0
    takes_in: int = 0
    traits: PageTraits | None = None
    ours: bool = False
    follows: LastCheck | None = None
