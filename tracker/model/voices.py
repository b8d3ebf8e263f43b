"""Who speaks in a version, and what became of it in the next one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VoiceKind(StrEnum):
    """What is known of a speaker. The values are a contract of the database and of JSON."""

    NAME = "name"
    """A person or body with a proper name."""
    OFFICE = "office"
    """The minister, police, a spokesman for X."""
    ANONYMOUS = "anonymous"
    """Sources, an official, witnesses."""
    DOCUMENT = "document"
    """A report, the lawsuit."""
    PRONOUN = "pronoun"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who is heard in a text: the words that name him and the verb or preposition that lets him speak.

    `paragraph` is an index into `Content.everything`, -1 for the standfirst, -2 for the headline; `start` and `end` are
    code points of it. `direct` is whether words of his stand in quotation marks in the same sentence; `quoted` counts
    them. `key` is the same for the same speaker of one version. `stance` is the verb's class, "" for a neutral one.
    """

    source: str
    key: str
    kind: VoiceKind
    paragraph: int
    start: int
    end: int
    verb: str
    stance: str
    pattern: str
    direct: bool
    quoted: int


@dataclass(frozen=True, slots=True)
class VoiceSide:
    """How a speaker is heard in one of two versions: first in which paragraph, by which verb, how often."""

    source: str
    paragraph: int
    verb: str
    direct: bool
    times: int
    quoted: int


@dataclass(frozen=True, slots=True)
class VoiceEvent:
    """What became of a speaker from one version to the next. A side is None where he is not heard."""

    event: str
    source: str
    kind: VoiceKind
    old: VoiceSide | None
    new: VoiceSide | None


@dataclass(frozen=True, slots=True)
class FramingEvidence:
    """A word that shows something, and where it stands in the sentence or field, in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Framing:
    """What an edit does to who acts, who is blamed or what somebody is called, with the words that show it.

    `value` says in which direction ("agent-dropped"), "" where the tag says it all.
    """

    tag: str
    value: str
    old: FramingEvidence | None
    new: FramingEvidence | None
    rule: str


VOICE_EVENTS = (
    *("voice-cut", "voice-silenced", "voice-withheld", "attribution-cut", "verb-stance", "voice-new", "voice-heard"),
    *("voice-named", "attribution-added", "voice-promoted", "voice-demoted", "speech-indirect", "speech-direct"),
)
"""Every event of a speaker, the weightiest first."""

FRAMING_TAGS = ("agency", "accusation", "verdict", "label", "cause")
"""Every tag of an edit's framing besides `office`."""
