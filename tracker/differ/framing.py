"""What an edit does to who acts, who is blamed and what people are called, by word lists and the order of words.

A tag says what the texts say, never why: that a text names who did something, and the other one does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from tracker.differ.tables import base_language, class_score, table, tag_score, word_list
from tracker.differ.voices.find import in_text
from tracker.differ.voices.lists import lists as voice_lists
from tracker.differ.voices.tokens import quotations
from tracker.model import ChangeClass, Edit
from tracker.model.voices import Framing, FramingEvidence, Voice

_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}’'-]*")
_POSSESSIVE = regex.compile(r"['’]s$")
_ELIDING = ("fr", "it", "ca")
_ELIDED = regex.compile(r"^(?:[cdjlmnst]|qu|un|all|dall|dell|nell|sull)['’](?=\p{L})")
_MOST = 3_000
"""Code points of a sentence or field that are read."""
_RELATED = 2
"""Content words that two sentences share when one became the other."""
_ACTOR = 4
"""Tokens between an actor and his deed."""
_PASSIVE = {"de": 6, "nl": 6}
"""Tokens between the passive's auxiliary and its participle, 3 elsewhere."""
_SUBSTANTIVE = frozenset(("agency", "accusation", "label", "verdict", "office"))
_IN_ONE_EDIT = ("cause",)
_COMMITTED = frozenset(("doubt", "concede", "deny"))
"""Stances of a verb by which a text says something else of what was said."""
_HALF = 3
"""A third of the shorter sentence's content words makes two sentences related too."""

_DEED, _SUFFERED, _NAMELESS, _FATE = 3, 2, 1, 0
"""How much a text tells of a deed: somebody does it, it is done by somebody, it is done, somebody is dead."""


@dataclass(frozen=True, slots=True)
class _Lists:
    """The words of a language, as `data/framing.toml` explains them."""

    language: str
    actors: frozenset[str]
    harm: frozenset[str]
    ambiguous: frozenset[str]
    fate: frozenset[str]
    passive: frozenset[str]
    by: frozenset[str]
    cause: frozenset[str]
    beside: frozenset[str]
    wrong: frozenset[str]
    accuse: frozenset[str]
    verdict: frozenset[str]
    former: frozenset[str]
    offices: frozenset[str]
    verbs: frozenset[str]
    labels: tuple[Mapping[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text, folded, and where it stands."""

    low: str
    evidence: FramingEvidence


@dataclass(frozen=True, slots=True)
class _Side:
    """One text of an edit: its words, those the other text has not, and what it tells of a deed."""

    words: tuple[_Word, ...]
    only: tuple[_Word, ...]

    def first(self, among: frozenset[str], *, only: bool = True) -> FramingEvidence | None:
        """The first word of a list."""
        return next((w.evidence for w in (self.only if only else self.words) if w.low in among), None)


def framed(old: str, new: str, found: Sequence[Edit], language: str) -> tuple[Edit, ...]:
    """The edits that turn one text into another, with what they do to its framing."""
    edits = list(found)
    for framing in framings(old, new, found, language):
        at = _carrier(framing, edits)
        edit = edits[at]
        tags = tuple(dict.fromkeys((*edit.tags, framing.tag)))
        weighty = framing.tag in _SUBSTANTIVE or bool(_COMMITTED & set(framing.value.split(">")))
        class_ = ChangeClass.SUBSTANTIVE if weighty else edit.class_
        counted = [tag for tag in tags if tag != "opposite" or "label" not in tags]
        edits[at] = replace(
            edit,
            tags=tags,
            class_=class_,
            score=max(edit.score, class_score(class_) + sum(map(tag_score, counted))),
            framing=(*edit.framing, framing),
        )
    return tuple(edits)


def framings(old: str, new: str, found: Sequence[Edit], language: str) -> Iterator[Framing]:
    """What the edits from one text to another do to its framing. Nothing is said of unrelated texts."""
    known = _lists(base_language(language))
    if known is None or not found or max(len(old), len(new)) > _MOST:
        return
    before, after = _sides(old, new, known.language)
    if not (before.only or after.only) or not _related(before, after, known.language):
        return
    for rule in (_agency, _accusation, _label, _office, _cause):
        framing = rule(before, after, known)
        if framing is not None and (framing.tag not in _IN_ONE_EDIT or _in_one_edit(framing, found)):
            yield framing
    if {w.low for w in before.only} & known.verbs and {w.low for w in after.only} & known.verbs:
        framing = _stance(old, new, known)
        if framing is not None and _in_one_edit(framing, found):
            yield framing


def _agency(before: _Side, after: _Side, known: _Lists) -> Framing | None:
    """The same deed with and without the one who did it."""
    was, now = _deed(before.words, known), _deed(after.words, known)
    if was is None or now is None or was[0] == now[0]:
        return None
    (old, old_word), (new, new_word) = was, now
    if max(old, new) < _SUFFERED or min(old, new) > _NAMELESS:
        return None  # only the passive came or went: whoever did it is named in both texts, or in neither
    dropped = old > new
    actor, others = (old_word, after.words) if dropped else (new_word, before.words)
    if actor.text.lower() in known.actors and any(word.low == actor.text.lower() for word in others):
        return None  # the other text names him too
    value = "agent-dropped" if dropped else "agent-named"
    return Framing("agency", value, old_word, new_word, f"harm-level {old}>{new}")


def _deed(words: Sequence[_Word], known: _Lists) -> tuple[int, FramingEvidence] | None:
    """How much is told of a deed, with the word that shows it: the actor, else the deed, else the fate."""
    best: tuple[int, FramingEvidence] | None = None
    fate = next((w for w in words if w.low in known.fate), None)
    if fate is not None:
        best = (_FATE, fate.evidence)
    by_actor = _by_actor(words, known)
    window = _PASSIVE.get(known.language, 3)
    for index, word in enumerate(words):
        if word.low not in known.harm:
            continue
        passive = any(w.low in known.passive for w in words[max(0, index - window) : index])
        left = next((w for w in reversed(words[max(0, index - _ACTOR) : index]) if w.low in known.actors), None)
        if by_actor is not None:
            level, shown = _SUFFERED, by_actor
        elif left is not None and (not passive or known.language not in ("en", "de", "nl", "sv", "pl", "ru")):
            level, shown = _DEED, left.evidence
        elif word.low in known.ambiguous and not passive:
            continue
        elif not passive and _has_object(words, index, known):
            level, shown = _DEED, word.evidence
        else:
            level, shown = _NAMELESS, word.evidence
        if best is None or level > best[0]:
            best = (level, shown)
    return best


def _has_object(words: Sequence[_Word], index: int, known: _Lists) -> bool:
    """True for a verb with a noun right after it: whoever does it stands before it, listed or not."""
    return index > 0 and index + 1 < len(words) and words[index + 1].low not in word_list("function", known.language)


def _by_actor(words: Sequence[_Word], known: _Lists) -> FramingEvidence | None:
    """The actor of a "by" phrase."""
    for index, word in enumerate(words):
        if word.low in known.by:
            actor = next((w for w in words[index + 1 : index + 1 + _ACTOR] if w.low in known.actors), None)
            if actor is not None:
                return actor.evidence
    return None


def _accusation(before: _Side, after: _Side, known: _Lists) -> Framing | None:
    """A wrong stated as a fact became what somebody is accused of, or the reverse; a court's word is its own tag."""
    blame = known.wrong | known.accuse
    if before.first(blame, only=False) and after.first(blame | known.verdict, only=False):
        lost, gained = before.first(known.verdict), after.first(known.verdict)
        if bool(lost) != bool(gained):
            return Framing("verdict", "", lost or before.first(blame, only=False), gained, "verdict-word")
    accused_before, accused_after = before.first(known.accuse), after.first(known.accuse)
    wrong_before = before.first(known.wrong) or before.first(known.wrong, only=False)
    wrong_after = after.first(known.wrong) or after.first(known.wrong, only=False)
    if accused_after and not accused_before and wrong_before and not before.first(known.accuse, only=False):
        return Framing("accusation", "softened", wrong_before, accused_after, "fact>accusation")
    if accused_before and not accused_after and wrong_after and not after.first(known.accuse, only=False):
        return Framing("accusation", "hardened", accused_before, wrong_after, "accusation>fact")
    return None


def _label(before: _Side, after: _Side, known: _Lists) -> Framing | None:
    """One name of a group replaced another: rebels, terrorists."""
    for group in known.labels:
        lost = [w for w in before.only if w.low in group]
        gained = [w for w in after.only if w.low in group]
        if lost and gained and {group[w.low] for w in lost}.isdisjoint(group[w.low] for w in gained):
            if {group[w.low] for w in gained} & {group[w.low] for w in before.words if w.low in group}:
                continue
            value = f"{lost[0].low}>{gained[0].low}"
            return Framing("label", value, lost[0].evidence, gained[0].evidence, "label-group")
    return None


def _office(before: _Side, after: _Side, known: _Lists) -> Framing | None:
    """An office that is held became one that was held, or the reverse: the minister, the former minister."""
    lost, gained = _former_office(before, after, known), _former_office(after, before, known)
    if bool(lost) == bool(gained):
        return None
    return Framing("office", "former" if gained else "current", lost, gained, "former-office")


def _former_office(side: _Side, other: _Side, known: _Lists) -> FramingEvidence | None:
    """The word of a side alone that makes an office of both a former one: "former" before it, "ex" in front of it."""
    there = known.offices & {w.low for w in other.words}
    for word in side.only:
        if word.low in known.former:
            after = [w.low for w in side.words if w.evidence.start > word.evidence.start][:2]
            before = [w.low for w in side.words if w.evidence.start < word.evidence.start][-1:]
            if there & {*after, *before}:
                return word.evidence
        prefix = next((p for p in known.former if word.low.startswith(p) and word.low != p), None)
        if prefix and word.low.removeprefix(prefix).lstrip("-") in there:
            return word.evidence
    return None


def _cause(before: _Side, after: _Side, known: _Lists) -> Framing | None:
    """A word that makes one thing the cause of another took the place of "after", or the reverse."""
    lost, gained = before.first(known.cause), after.first(known.cause)
    if bool(lost) == bool(gained):
        return None
    if before.first(known.cause, only=False) and after.first(known.cause, only=False):
        return None
    beside = before.first(known.beside) if gained else after.first(known.beside)
    if beside is None:
        return None
    return Framing("cause", "added" if gained else "removed", lost or beside, gained or beside, "causal-word")


def _stance(old: str, new: str, known: _Lists) -> Framing | None:
    """Another verb of speech, of another stance, for whoever speaks: said, admitted."""
    verbs = []
    for text, other in ((old, new), (new, old)):
        low = {word.casefold() for word in _TOKEN.findall(other)}
        heard = [v for v in in_text(text, known.language) if v.pattern in ("subject", "inverted")]
        verbs.append([v for v in heard if v.verb.split()[0] not in low])
    if not all(verbs) or verbs[0][0].stance == verbs[1][0].stance:
        return None
    (was, *_), (now, *_) = verbs
    value = f"{was.stance or 'neutral'}>{now.stance or 'neutral'}"
    return Framing("verb-stance", value, _verb(old, was), _verb(new, now), "stance")


def _verb(text: str, voice: Voice) -> FramingEvidence:
    """Where the verb of a speaker stands, nearest to his words."""
    word = voice.verb.split()[0]
    found = [m for m in _TOKEN.finditer(text) if m.group().casefold() == word]
    match = min(found, key=lambda m: abs(m.start() - voice.start), default=None)
    return (
        FramingEvidence(match.group(), match.start(), match.end())
        if match
        else FramingEvidence(voice.verb, voice.start, voice.end)
    )


def _in_one_edit(framing: Framing, found: Sequence[Edit]) -> bool:
    """True when one edit took out the one word that shows a framing and put in the other."""
    old, new = framing.old, framing.new
    return any(
        old is not None
        and new is not None
        and edit.old_start <= old.start < edit.old_start + len(edit.deleted)
        and edit.new_start <= new.start < edit.new_start + len(edit.inserted)
        for edit in found
    )


def _carrier(framing: Framing, found: Sequence[Edit]) -> int:
    """The edit that holds the words that show a framing, else the heaviest."""
    for index, edit in enumerate(found):
        if framing.old and edit.old_start <= framing.old.start < edit.old_start + len(edit.deleted):
            return index
        if framing.new and edit.new_start <= framing.new.start < edit.new_start + len(edit.inserted):
            return index
    return max(range(len(found)), key=lambda i: found[i].score)


def _sides(old: str, new: str, language: str) -> tuple[_Side, _Side]:
    before, after = _words(old, language), _words(new, language)
    counts = Counter(w.low for w in before), Counter(w.low for w in after)
    lost, gained = counts[0] - counts[1], counts[1] - counts[0]
    return (
        _Side(before, tuple(w for w in before if w.low in lost)),
        _Side(after, tuple(w for w in after if w.low in gained)),
    )


def _words(text: str, language: str) -> tuple[_Word, ...]:
    """The words of a text outside quotations: what somebody says is his framing, not the newsroom's."""
    quoted = quotations(text)
    found = []
    for match in _TOKEN.finditer(text):
        if any(first <= match.start() < last for first, last in quoted):
            continue
        low = _POSSESSIVE.sub("", match.group().lower())
        if language in _ELIDING:
            low = _ELIDED.sub("", low)
        if low == "due" and not regex.match(r"\s+to\b", text[match.end() :]):
            continue
        found.append(_Word(low, FramingEvidence(match.group(), match.start(), match.end())))
    return tuple(found)


def _related(before: _Side, after: _Side, language: str) -> bool:
    function = word_list("function", language)
    old, new = ({w.low for w in side.words if w.low not in function} for side in (before, after))
    shared = len(old & new)
    return shared >= _RELATED or (shared > 0 and shared * _HALF >= min(len(old), len(new)))


@cache
def _lists(language: str) -> _Lists | None:
    entry, offices = table("framing").get(language, {}), voice_lists(language)
    if not entry and offices is None:
        return None

    def words(name: str) -> frozenset[str]:
        return frozenset(entry.get(name, "").split())

    return _Lists(
        language=language,
        actors=words("actors"),
        harm=words("harm"),
        ambiguous=words("ambiguous"),
        fate=words("fate"),
        passive=words("passive"),
        by=words("by"),
        cause=words("cause"),
        beside=words("beside"),
        wrong=words("wrong"),
        accuse=words("accuse"),
        verdict=words("verdict"),
        former=words("former"),
        offices=offices.roles if offices else frozenset(),
        verbs=offices.verbs | offices.participles | offices.separable.keys() if offices else frozenset(),
        labels=tuple(
            {word: number for number, name in enumerate(group.split()) for word in name.split(",")}
            for group in entry.get("labels", ())
        ),
    )
