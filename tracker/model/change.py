"""What the differ says about two contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.model.content import Kind
from tracker.model.voices import FRAMING_TAGS, VOICE_EVENTS, Framing, Voice, VoiceEvent


class ChangeClass(StrEnum):
    """How much a change matters, least first."""

    MINOR = "minor"
    WORDING = "wording"
    SUBSTANTIVE = "substantive"


class Op(StrEnum):
    """What happened to a sentence."""

    EDIT = "edit"
    REWRITE = "rewrite"
    ADD = "add"
    DELETE = "delete"
    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"
    FORMAT = "format"


STOOD = "stood-a-day"
"""The tag of a change to a text of which nothing showed that it is the same story: it was accepted because it stood."""

OBSERVER = "observer"
"""The tag, and where no fact is touched the noise rule, of a change that may be a difference between two observers."""

SEAM = "seam"
"""The noise rule of a change between a text that somebody else read and one that we read from the page."""

TAGS = (
    *("headline", "standfirst", "byline", "section", "published_at"),  # the field that changed
    *("number", "name", "date", "quote", "negation", "opposite", "hedge", "attribution"),  # what an edit touches
    *("added", "removed", "moved", "notice", "correction", "clarification", "removal", "update", "timestamp"),
    "notice-removed",
    *FRAMING_TAGS,  # who acts, who is blamed, what people are called
    *VOICE_EVENTS,  # who speaks
    *("lede-in", "lede-out"),  # where it stands
    *("another-word", "office", "refined", "blurred", "toll-up", "toll-down", "revised"),  # which words and numbers
    *("spelling", "name-spelling", "typo", "inflection", "grammar", "reordered", "abbreviation", "low-confidence"),
    *("case", "diacritics", "link", "markup", "number-format", "punctuation", "typography", "whitespace"),
    STOOD,  # how it was accepted
    OBSERVER,  # who saw it
)
"""Every tag of a change, the weightiest of each kind first: the differ's, and the one that says how it was accepted."""

VARIANT = "variant"
"""The noise rule that looks at an article's history: a text that goes to and fro between two that were both shown."""


class Notice(StrEnum):
    """Whether the publisher told the reader, as far as was seen."""

    NONE = "none"
    UPDATE = "update"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of words that changed inside a sentence or a field. Offsets count Unicode code points."""

    deleted: str
    inserted: str
    old_start: int
    new_start: int
    class_: ChangeClass
    tags: tuple[str, ...]
    rule: str
    score: int = 0
    framing: tuple[Framing, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the paragraph (index into `Content.everything`) it stands in.

    Sentences of one paragraph joined give the paragraph's text exactly.
    """

    text: str
    paragraph: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Operation:
    """What happened to one sentence, or to the several of a split or merge.

    `old_indexes` and `new_indexes` point into `Change.old` and `Change.new`.
    """

    op: Op
    old_indexes: tuple[int, ...]
    new_indexes: tuple[int, ...]
    old: str | None
    new: str | None
    moved: bool = False
    similarity: float = 0.0
    edits: tuple[Edit, ...] = ()
    class_: ChangeClass = ChangeClass.SUBSTANTIVE
    tags: tuple[str, ...] = ()
    score: int = 0
    rule: str = ""

    @property
    def framing(self) -> tuple[Framing, ...]:
        """What its edits do to who acts and who is blamed."""
        return tuple(framing for edit in self.edits for framing in edit.framing)

    @property
    def old_index(self) -> int | None:
        """Index of the first old sentence, or None."""
        return self.old_indexes[0] if self.old_indexes else None

    @property
    def new_index(self) -> int | None:
        """Index of the first new sentence, or None."""
        return self.new_indexes[0] if self.new_indexes else None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A whole field (headline, standfirst, byline, section, published_at, modified_at) that changed."""

    old: str
    new: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two contents. `operations` holds only the sentences that changed, in reading order.

    `same` pairs the sentences (indexes into `old` and `new`) that did not. `voices` are what became of the speakers,
    `heard_before` and `heard_after` everybody who speaks in the old and in the new content.
    """

    fields: Mapping[str, FieldChange]
    operations: tuple[Operation, ...]
    old: tuple[Sentence, ...]
    new: tuple[Sentence, ...]
    same: tuple[tuple[int, int], ...]
    class_: ChangeClass
    score: int
    tags: tuple[str, ...]
    notice: Notice
    acknowledged: bool
    noise_rule: str | None
    words_added: int
    words_removed: int
    summary: str
    excerpt_old: str
    excerpt_new: str
    differ: str
    voices: tuple[VoiceEvent, ...] = ()
    heard_before: tuple[Voice, ...] = ()
    heard_after: tuple[Voice, ...] = ()

    @property
    def headline_changed(self) -> bool:
        """True when readers saw another headline."""
        return "headline" in self.fields

    def count(self, *ops: Op) -> int:
        """How many operations are of these kinds."""
        return sum(o.op in ops for o in self.operations)
