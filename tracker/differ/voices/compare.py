"""What became of the speakers from one version to the next: one event per speaker and kind of event.

An event needs a sentence that changed: where one stands as it stood, whatever its reading may miss it misses twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.differ.tables import base_language, word_list
from tracker.differ.tokens import words
from tracker.differ.voices.find import HEADLINE, STANDFIRST, is_person, is_read, voices
from tracker.differ.voices.identity import is_named
from tracker.differ.voices.speakers import Speaker, abbreviated, matched, speakers
from tracker.differ.voices.tokens import quotations
from tracker.model import Content, Op, Operation, Sentence
from tracker.model.voices import VOICE_EVENTS, Voice, VoiceEvent, VoiceKind

_SURE = 0.5
"""Confidence of both readings from which events are told."""
_COLLAPSED = 0.5
"""Share of the body's words below which a long article is taken for a page that was not read whole."""
_LONG = 300
"""Words of an article of which so much is not lost by an edit."""
_KEPT = 0.75
"""Share of a sentence's words in the other that makes it the same claim."""
_SURVIVING = 1 / 3
"""Share of the quoted words that an indirect report still has."""
_MOST_CHANGED = 600
"""Changed sentences from which a text is another one, and nothing is told of its speakers."""
_MOST_WORDS = 60_000
"""Words of a text that is no news article any more, and is not read for speakers."""
_MOST_PAIRED = 30
"""Deleted and added sentences that are looked through for claims that stayed."""
_LEAST_CONTAINED = 2
_QUOTED = 3
_TOP = 0
"""The last paragraph of an article's top."""
_UNNAMED = (VoiceKind.ANONYMOUS, VoiceKind.OFFICE, VoiceKind.DOCUMENT, VoiceKind.OTHER)


@dataclass(frozen=True, slots=True)
class ComparedVoices:
    """The events between two versions, and everybody who is heard in each."""

    events: tuple[VoiceEvent, ...] = ()
    before: tuple[Voice, ...] = ()
    after: tuple[Voice, ...] = ()


@dataclass(frozen=True)
class _Pairing:
    """Which sentences of two versions belong together; headline and standfirst are sentences with numbers below 0."""

    old: Sequence[str]
    new: Sequence[str]
    pairs: tuple[tuple[frozenset[int], frozenset[int]], ...]
    old_touched: frozenset[int]
    new_touched: frozenset[int]


class _Version:
    """One version as its speakers: all voices, the sentence of each, who they are."""

    def __init__(self, content: Content, sentences: Sequence[Sentence], language: str) -> None:
        self.content, self.sentences, self.language = content, sentences, language
        self.found = voices(content, language)
        self.people = speakers(self.found, language)
        self._ends: dict[int, list[tuple[int, int]]] = {}
        for index, sentence in enumerate(sentences):
            ends = self._ends.setdefault(sentence.paragraph, [])
            ends.append(((ends[-1][0] if ends else 0) + len(sentence.text), index))
        self._places = {id(voice): self._place(voice) for voice in self.found}
        self._in_sentence: dict[int, list[Voice]] = {}
        for voice in self.found:
            self._in_sentence.setdefault(self._places[id(voice)], []).append(voice)

    @cached_property
    def text(self) -> str:
        """Everything the version says, without case."""
        parts = (self.content.headline, self.content.standfirst, *(p.text for p in self.content.paragraphs))
        return "\n".join(parts).casefold()

    def names(self, key: str) -> bool:
        """True when a speaker's key stands in the version's text."""
        return is_named(key, self.text, self.language)

    def sentence_of(self, voice: Voice) -> int:
        """The index of the sentence in which somebody is heard; the place itself for headline and standfirst."""
        return self._places[id(voice)]

    def _place(self, voice: Voice) -> int:
        if voice.paragraph < 0:
            return voice.paragraph
        ends = self._ends.get(voice.paragraph, [])
        return next((index for end, index in ends if voice.start < end), -3)

    def heard_in(self, indexes: Iterable[int]) -> list[Voice]:
        """The voices of some sentences, pronouns too."""
        return [voice for index in sorted(indexes) for voice in self._in_sentence.get(index, ())]


def compare(
    old: Content,
    new: Content,
    old_sentences: Sequence[Sentence],
    new_sentences: Sequence[Sentence],
    operations: Sequence[Operation],
) -> ComparedVoices:
    """What became of every speaker, weightiest event first. Nothing is said of pages that were read with doubt."""
    language = new.language or old.language
    if not is_read(language) or min(old.confidence, new.confidence) < _SURE:
        return ComparedVoices()
    if len(operations) > _MOST_CHANGED or max(old.words, new.words) > _MOST_WORDS:
        return ComparedVoices()
    if old.words >= _LONG and new.words < old.words * _COLLAPSED:
        return ComparedVoices()
    before, after = _Version(old, old_sentences, language), _Version(new, new_sentences, language)
    if not before.found and not after.found:
        return ComparedVoices()
    found = list(_Comparison(before, after, _pairing(old, new, before, after, operations), language).events())
    weightiest = sorted(found, key=lambda event: VOICE_EVENTS.index(event.event))
    return ComparedVoices(tuple(weightiest), before.found, after.found)


def _pairing(
    old: Content, new: Content, before: _Version, after: _Version, operations: Sequence[Operation]
) -> _Pairing:
    pairs = [
        (frozenset(op.old_indexes), frozenset(op.new_indexes))
        for op in operations
        if op.old_indexes and op.new_indexes and op.op not in (Op.MOVE, Op.FORMAT)
    ]
    pairs += _contained(operations)
    changed = [op for op in operations if op.op is not Op.FORMAT]
    old_touched = {i for op in changed for i in op.old_indexes}
    new_touched = {i for op in changed for i in op.new_indexes}
    for place, texts in ((HEADLINE, (old.headline, new.headline)), (STANDFIRST, (old.standfirst, new.standfirst))):
        if texts[0] != texts[1]:
            pairs.append((frozenset((place,)), frozenset((place,))))
            old_touched.add(place)
            new_touched.add(place)
    return _Pairing(
        [s.text for s in before.sentences],
        [s.text for s in after.sentences],
        tuple(pairs),
        frozenset(old_touched),
        frozenset(new_touched),
    )


def _contained(operations: Sequence[Operation]) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Sentences too unlike to be matched of which one is all in the other: the claim without who made it."""
    gone = [op for op in operations if op.op is Op.DELETE][:_MOST_PAIRED]
    come = [op for op in operations if op.op is Op.ADD][:_MOST_PAIRED]
    texts = {id(op): [w.casefold() for w in words(op.old or op.new or "")] for op in (*gone, *come)}
    for a in gone:
        for b in come:
            short, long = sorted((texts[id(a)], texts[id(b)]), key=len)
            if len(short) >= _LEAST_CONTAINED and not Counter(short) - Counter(long):
                yield frozenset(a.old_indexes), frozenset(b.new_indexes)


class _Comparison:
    """The events between two versions."""

    def __init__(self, before: _Version, after: _Version, pairing: _Pairing, language: str) -> None:
        self.before, self.after, self.pairing, self.language = before, after, pairing, language
        self.function = word_list("function", base_language(language))
        self.same = list(matched(before.people, after.people, language))
        kept = {id(a) for a, _ in self.same}
        came = {id(b) for _, b in self.same}
        self.gone = [s for s in before.people if id(s) not in kept and self._touched(before, s)]
        self.come = [s for s in after.people if id(s) not in came and self._touched(after, s)]

    def events(self) -> Iterator[VoiceEvent]:
        """Every event, in no order."""
        yield from self._replaced()
        yield from self._unattributed()
        for speaker in self.gone:
            if not self._pronoun_stands(speaker, self.before, self.after, 0):
                named = self.after.names(speaker.keys[0].split()[0])
                yield _event("voice-silenced" if named else "voice-cut", speaker, None)
        for speaker in self.come:
            if not self._pronoun_stands(speaker, self.after, self.before, 1):
                named = self.before.names(speaker.keys[0].split()[0])
                yield _event("voice-heard" if named else "voice-new", None, speaker)
        for a, b in self.same:
            yield from self._of_one(a, b)
        yield from self._pronouns()

    def _touched(self, version: _Version, speaker: Speaker) -> bool:
        touched = self.pairing.old_touched if version is self.before else self.pairing.new_touched
        return any(version.sentence_of(voice) in touched for voice in speaker.heard)

    def _replaced(self) -> Iterator[VoiceEvent]:
        """A name whose place an unnamed speaker took in the same sentence, and the reverse."""
        for old, new in self.pairing.pairs:
            for a in [s for s in self.gone if self._speaks(self.before, s, old)]:
                for b in [s for s in self.come if self._speaks(self.after, s, new)]:
                    tag = _replacement(a.kind, b.kind)
                    if tag:
                        self.gone.remove(a)
                        self.come.remove(b)
                        name, other = (a, self.after) if tag == "voice-withheld" else (b, self.before)
                        if not other.names(name.keys[0]):
                            yield _event(tag, a, b)
                        break

    def _speaks(self, version: _Version, speaker: Speaker, indexes: frozenset[int]) -> bool:
        return any(version.sentence_of(voice) in indexes for voice in speaker.heard)

    def _unattributed(self) -> Iterator[VoiceEvent]:
        """A claim that stays while whoever made it goes, or comes."""
        for old, new in self.pairing.pairs:
            before, after = self.before.heard_in(old), self.after.heard_in(new)
            if bool(before) == bool(after) or min(old) < 0:
                continue
            was = " ".join(self.pairing.old[i] for i in sorted(old))
            now = " ".join(self.pairing.new[i] for i in sorted(new))
            said_by = {w.casefold() for v in (before or after) for w in words(v.source)}
            there = now if before else was
            if any(voice.key and is_named(voice.key, there.casefold(), self.language) for voice in before or after):
                continue  # still named in the sentence, beside a verb that is not known
            if not self._keeps_claim(was, now, said_by) or self._beside(old, new, cut=bool(before)):
                continue
            voice = (before or after)[0]
            side = self.gone if before else self.come
            speaker = next((s for s in side if voice in s.heard), None) or Speaker(
                voice.kind, [voice.key], frozenset(), heard=[voice]
            )
            if speaker in side and speaker.kind is not VoiceKind.NAME:
                side.remove(speaker)
            if before:
                yield _event("attribution-cut", speaker, None)
            else:
                yield _event("attribution-added", None, speaker)

    def _beside(self, old: frozenset[int], new: frozenset[int], *, cut: bool) -> bool:
        """True when the same speaker is heard in the sentence before or after: only the sentence's cut moved."""
        version, indexes, other = (
            (self.after, new, self.before.heard_in(old)) if cut else (self.before, old, self.after.heard_in(new))
        )
        near = version.heard_in({min(indexes) - 1, max(indexes) + 1})
        touched = self.pairing.new_touched if cut else self.pairing.old_touched
        fresh = [voice for voice in near if version.sentence_of(voice) in touched]
        return any(voice.key == theirs.key or voice.kind is VoiceKind.PRONOUN for voice in fresh for theirs in other)

    def _keeps_claim(self, old: str, new: str, said_by: set[str]) -> bool:
        sides = [{w.casefold() for w in words(text)} - self.function - said_by for text in (old, new)]
        smallest = min(map(len, sides))
        return smallest >= 2 and len(sides[0] & sides[1]) >= _KEPT * smallest

    def _pronoun_stands(self, speaker: Speaker, mine: _Version, other: _Version, side: int) -> bool:
        """True when a pronoun took the place of a name that is still in the text, or only the verb beside it changed.

        "X said" became "he said"; "X said it was lost" became "X assured us that it was lost".
        """
        if not other.names(speaker.keys[0].split()[0]):
            return False
        for pair in self.pairing.pairs:
            if self._speaks(mine, speaker, pair[side]):
                heard = other.heard_in(pair[1 - side])
                if any(not is_person(voice) for voice in heard):
                    return True
                was = " ".join(self.pairing.old[i] for i in sorted(pair[0]) if i >= 0)
                now = " ".join(self.pairing.new[i] for i in sorted(pair[1]) if i >= 0)
                said_by = {w.casefold() for v in speaker.heard for w in words(v.source)}
                there = (now, was)[side]
                named = is_named(speaker.keys[0].split()[0], there.casefold(), self.language)
                if named and not heard and self._keeps_claim(was, now, said_by):
                    return True
        return False

    def _of_one(self, a: Speaker, b: Speaker) -> Iterator[VoiceEvent]:
        """What became of a speaker who is heard in both versions."""
        kinds = (a.kind is VoiceKind.NAME, b.kind is VoiceKind.NAME)
        if abbreviated(a, b):
            kinds = (True, True)
        if kinds == (True, False) and not self.after.names(a.keys[0]):
            yield _event("voice-withheld", a, b)
        if kinds == (False, True) and not self.before.names(b.keys[0]):
            yield _event("voice-named", a, b)
        if len(self.after.content.paragraphs) > 2 and len(self.before.content.paragraphs) > 2:
            top = (a.place <= _TOP, b.place <= _TOP)
            if top[0] != top[1] and (self._touched(self.before, a) or self._touched(self.after, b)):
                yield _event("voice-promoted" if top[1] else "voice-demoted", a, b)
        for old, new in self.pairing.pairs:
            before = [v for v in a.heard if self.before.sentence_of(v) in old]
            after = [v for v in b.heard if self.after.sentence_of(v) in new]
            if before and after:
                yield from self._of_one_sentence(a, b, (before, after), (old, new))

    def _of_one_sentence(
        self,
        a: Speaker,
        b: Speaker,
        heard: tuple[list[Voice], list[Voice]],
        indexes: tuple[frozenset[int], frozenset[int]],
    ) -> Iterator[VoiceEvent]:
        stances = [{voice.stance for voice in side if _is_verb(voice)} for side in heard]
        if all(stances) and not stances[0] & stances[1]:
            yield _event("verb-stance", a, b)
        if min(indexes[0]) < 0:
            return
        old = " ".join(self.pairing.old[i] for i in sorted(indexes[0]))
        new = " ".join(self.pairing.new[i] for i in sorted(indexes[1]))
        if _lost_its_marks(old, new):
            yield _event("speech-indirect", a, b)
        elif _lost_its_marks(new, old):
            yield _event("speech-direct", a, b)

    def _pronouns(self) -> Iterator[VoiceEvent]:
        """The verb's stance where a pronoun speaks in both sentences: he said, he admitted."""
        for old, new in self.pairing.pairs:
            sides = [
                [v for v in version.heard_in(indexes) if v.kind is VoiceKind.PRONOUN and _is_verb(v)]
                for version, indexes in ((self.before, old), (self.after, new))
            ]
            if all(sides) and not {v.stance for v in sides[0]} & {v.stance for v in sides[1]}:
                a, b = (Speaker(VoiceKind.PRONOUN, [""], frozenset(), heard=side[:1]) for side in sides)
                yield _event("verb-stance", a, b)


def _replacement(old: VoiceKind, new: VoiceKind) -> str:
    if old is VoiceKind.NAME and new in _UNNAMED:
        return "voice-withheld"
    return "voice-named" if new is VoiceKind.NAME and old in _UNNAMED else ""


def _is_verb(voice: Voice) -> bool:
    return voice.pattern in ("subject", "inverted")


def _lost_its_marks(old: str, new: str) -> bool:
    """True when a quotation of the old text stands in the new one without its marks, as a report."""
    spans = quotations(old)
    if not spans or quotations(new):
        return False
    quoted = [word.casefold() for span in spans for word in words(old[slice(*span)])]
    kept = {word.casefold() for word in words(new)}
    return len(quoted) >= _QUOTED and sum(word in kept for word in quoted) >= _SURVIVING * len(quoted)


def _event(name: str, old: Speaker | None, new: Speaker | None) -> VoiceEvent:
    speaker = old or new
    if speaker is None:
        raise ValueError(f"{name}: an event has a speaker in one version at least")
    kind = new.kind if name == "voice-named" and new else speaker.kind
    source = new.source if name == "voice-named" and new else speaker.source
    return VoiceEvent(name, source, kind, old.side() if old else None, new.side() if new else None)
