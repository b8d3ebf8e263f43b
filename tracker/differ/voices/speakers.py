"""The speakers of one version: voices that belong to one person, body or office, joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tracker.differ.voices.find import is_person
from tracker.differ.voices.identity import acronym, first_names, last_name, offices_of, same_name
from tracker.model.voices import Voice, VoiceKind, VoiceSide


@dataclass(slots=True)
class Speaker:
    """Somebody of one version with everything he says. `keys` are all that stand for him, names before offices.

    `firsts` are first words of his names: Northfold Homes is also Northfold.
    """

    kind: VoiceKind
    keys: list[str]
    offices: frozenset[str]
    firsts: frozenset[str] = frozenset()
    heard: list[Voice] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The words that tell most of him: the longest name, else what is said first."""
        named = [v.source for v in self.heard if v.kind is self.kind]
        return max(named, key=len) if self.kind is VoiceKind.NAME else named[0]

    @property
    def place(self) -> int:
        """The paragraph in which he is first heard."""
        return min(v.paragraph for v in self.heard)

    def side(self) -> VoiceSide:
        """How he is heard, for a reader."""
        first = self.heard[0]
        direct = [v for v in self.heard if v.direct]
        quoted = sum(v.quoted for v in direct)
        return VoiceSide(self.source, first.paragraph, first.verb, bool(direct), len(self.heard), quoted)


def speakers(voices: Sequence[Voice], language: str) -> list[Speaker]:
    """The speakers of a version in the order in which they are first heard; pronouns stand for nobody."""
    found: list[Speaker] = []
    named = [v for v in voices if v.kind is VoiceKind.NAME]
    others = [v for v in voices if is_person(v) and v.kind is not VoiceKind.NAME]
    for voice in (*named, *others):
        one = _make(voice, language)
        known = next((s for s in found if same_speaker(s, one, language)), None)
        if known is None:
            found.append(one)
            continue
        known.heard.append(voice)
        known.keys += [key for key in one.keys if key not in known.keys]
        known.offices |= one.offices
        known.firsts |= one.firsts
    for speaker in found:
        speaker.heard.sort(key=lambda v: (v.paragraph, v.start))
    return sorted(found, key=lambda s: (s.heard[0].paragraph, s.heard[0].start))


def _make(voice: Voice, language: str) -> Speaker:
    keys = [voice.key]
    if voice.kind in (VoiceKind.NAME, VoiceKind.OFFICE) and (short := acronym(voice.source, language)):
        keys.append(short)
    if voice.kind is VoiceKind.NAME and (last := last_name(voice.source, language)) not in ("", voice.key):
        keys.append(last)
    offices = offices_of(voice.source, language) if voice.kind in (VoiceKind.NAME, VoiceKind.OFFICE) else frozenset()
    firsts = first_names(voice.source, language) if voice.kind is VoiceKind.NAME else frozenset()
    return Speaker(voice.kind, keys, offices, firsts, [voice])


def same_speaker(a: Speaker, b: Speaker, language: str) -> bool:
    """True for two that have a name in common, and for an office with and without its holder's name."""
    names = (a.kind is VoiceKind.NAME, b.kind is VoiceKind.NAME)
    if all(names):
        if a.keys[0] in b.firsts or b.keys[0] in a.firsts:
            return True
        return any(same_name(x, y, language) for x in a.keys for y in b.keys)
    if any(names):
        if abbreviated(a, b):
            return True
        return {a.kind, b.kind} == {VoiceKind.NAME, VoiceKind.OFFICE} and bool(a.offices & b.offices)
    return a.kind is b.kind and _same_office(a.keys[0], b.keys[0])


def abbreviated(a: Speaker, b: Speaker) -> bool:
    """True for a body and its initials: the Central Grain Board, the CGB."""
    return a.keys[0] in b.keys[1:] or b.keys[0] in a.keys[1:]


def _same_office(a: str, b: str) -> bool:
    """True for one head noun, unless both say of what and differ: the bank of England, the bank of Japan."""
    first, second = a.split(), b.split()
    if not first or not second or first[0] != second[0]:
        return False
    return len(first) == 1 or len(second) == 1 or bool(set(first[1:]) & set(second[1:]))


def matched(old: Sequence[Speaker], new: Sequence[Speaker], language: str) -> Iterator[tuple[Speaker, Speaker]]:
    """Pairs of one speaker in both versions; those with the same key before those with only an office in common."""
    left, right = list(old), list(new)
    for exact in (True, False):
        for a in list(left):
            b = next((s for s in right if (not exact or a.keys[0] == s.keys[0]) and same_speaker(a, s, language)), None)
            if b is not None:
                left.remove(a)
                right.remove(b)
                yield a, b
