"""The words of the trade as frozen dataclasses and enums. Imports nothing of ours.

Read in this order: `outside` (what comes in: `Found`, `Capture`, `Failure`), `content` (what the extractor reads:
`Content`), `change` (what the differ says: `Change`), `article_state` (what the next check needs to know:
`ArticleState`), `history` (what the store keeps: `Article`, `Version`, `RecordedChange`, `Event`), `filters` (which
changes are meant: `ChangeFilter`), `voices` (who speaks: `Voice`). All times are timezone-aware UTC datetimes.
"""

from tracker.model.article_state import (
    ArticleState,
    LastCheck,
    RevisitState,
    Signal,
    State,
    SuspectedState,
    Suspicion,
    WaitingText,
)
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
    CheckResult,
    Event,
    EventDetail,
    EventKind,
    LaterNotice,
    PageTraits,
    RecordedChange,
    Source,
    SourceEvent,
    SourceEventKind,
    Version,
)
from tracker.model.outside import Capture, Clock, Failure, Found, Host, Outcome, Validators, Via, iso
from tracker.model.profile import FurnitureText, SourceProfile
from tracker.model.storable import storable, tidy
from tracker.model.voices import Framing, FramingEvidence, Voice, VoiceEvent, VoiceKind, VoiceSide

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
    "EventDetail",
    "EventKind",
    "Failure",
    "FieldChange",
    "Found",
    "Framing",
    "FramingEvidence",
    "FurnitureText",
    "Host",
    "Kind",
    "LastCheck",
    "LaterNotice",
    "Notice",
    "Op",
    "Operation",
    "Outcome",
    "PageTraits",
    "Paragraph",
    "RecordedChange",
    "RevisitState",
    "Rules",
    "Sentence",
    "Signal",
    "Source",
    "SourceEvent",
    "SourceEventKind",
    "SourceProfile",
    "State",
    "SuspectedState",
    "Suspicion",
    "Told",
    "Validators",
    "Version",
    "Via",
    "Voice",
    "VoiceEvent",
    "VoiceKind",
    "VoiceSide",
    "WaitingText",
    "count_words",
    "iso",
    "storable",
    "tidy",
]
