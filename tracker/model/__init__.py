"""The words of the trade as frozen dataclasses and enums. Imports nothing of ours.

Read in this order: `outside` (what comes in: `Found`, `Capture`, `Failure`), `content` (what the extractor reads:
`Content`), `change` (what the differ says: `Change`), `history` (what the store keeps: `Article`, `Version`,
`RecordedChange`, `Event`), `filters` (which changes are meant: `ChangeFilter`). All times are timezone-aware UTC
datetimes.
"""

from tracker.model.change import (
    OBSERVER,
    SEAM,
    STOOD,
    TAGS,
    VARIANT,
    Change,
    ChangeClass,
    Edit,
    FieldChange,
    Notice,
    Op,
    Operation,
    Sentence,
)
from tracker.model.content import Block, Content, Kind, Paragraph, Rules, count_words
from tracker.model.filters import ChangeFilter, Told
from tracker.model.history import (
    Article,
    ArticleState,
    CheckResult,
    Event,
    EventKind,
    LaterNotice,
    PageTraits,
    RecordedChange,
    Source,
    SourceEvent,
    SourceEventKind,
    State,
    Version,
)
from tracker.model.outside import Capture, Clock, Failure, Found, Host, Outcome, Validators, Via, iso
from tracker.model.storable import storable, tidy

__all__ = [
    "OBSERVER",
    "SEAM",
    "STOOD",
    "TAGS",
    "VARIANT",
    "Article",
    "ArticleState",
    "Block",
    "Capture",
    "Change",
    "ChangeClass",
    "ChangeFilter",
    "CheckResult",
    "Clock",
    "Content",
    "Edit",
    "Event",
    "EventKind",
    "Failure",
    "FieldChange",
    "Found",
    "Host",
    "Kind",
    "LaterNotice",
    "Notice",
    "Op",
    "Operation",
    "Outcome",
    "PageTraits",
    "Paragraph",
    "RecordedChange",
    "Rules",
    "Sentence",
    "Source",
    "SourceEvent",
    "SourceEventKind",
    "State",
    "Told",
    "Validators",
    "Version",
    "Via",
    "count_words",
    "iso",
    "storable",
    "tidy",
]
