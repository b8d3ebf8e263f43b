"""What kind of change a word edit is, and the name of the rule that says so.

The rules are tried from the most harmless to the weightiest and the first that fits decides; the tags are collected
before, and whatever carries a serious one (number, name, date, quote, negation, hedge) is never minor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import regex

from tracker.differ import numbers
from tracker.differ.folding import bare, closed, spaced, unaccented
from tracker.differ.replaced import REWRITTEN, exchanged_words, replaced_words, says_else
from tracker.differ.tables import class_score, grammar_groups, tag_score, word_list
from tracker.differ.tokens import letters, words
from tracker.differ.traits import SERIOUS, Place, Traits, in_context, traits
from tracker.differ.words.dictionary import two_words
from tracker.differ.words.forms import Form, abbreviates, is_acronym, relation, says_how
from tracker.differ.words.opposites import opposite, opposites_in, turned
from tracker.differ.words.synonyms import is_another, synonyms
from tracker.model import ChangeClass

MINOR, WORDING, SUBSTANTIVE = ChangeClass.MINOR, ChangeClass.WORDING, ChangeClass.SUBSTANTIVE

_LINK = regex.compile(r"[\s(<]*(?:https?://\S+|www\.\S+|\S+@\S+\.\S+|[?&]\w+=\S+)[\s).,>]*")
_EDITORIAL = regex.compile(r"[?%‰°$€£¥+=<>]")
_SMALL_SCRIPT = regex.compile(r"[\p{Hiragana}\p{Katakana}的地得着了过過]+")

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_LONGEST_RANK = 3
"""Content words of a side in which a rank is the point of the edit."""
_LONGEST_MOMENT = 60
"""Code points of the longest date or hour."""

_HAN = regex.compile(r"\p{Han}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of an edit, the rule that decided, what it touches, and its score."""

    class_: ChangeClass
    rule: str
    tags: tuple[str, ...] = ()

    @property
    def score(self) -> int:
        """Points by the table in `data/scores.toml`."""
        return class_score(self.class_) + sum(map(tag_score, self.tags))


def classify(deleted: str, inserted: str, place: Place | None = None) -> Verdict:
    """Judge one edit: `deleted` became `inserted` at that place."""
    place = place or Place()
    surface = _surface(deleted, inserted, place)
    if surface:
        return _tagged(surface, place, [])
    found = traits(deleted, inserted, place)
    verdict = next(v for rule in _RULES if (v := rule(deleted, inserted, found, place)))
    return _tagged(verdict, place, found.tags)


def _tagged(verdict: Verdict, place: Place, tags: list[str]) -> Verdict:
    all_tags = dict.fromkeys([*([place.field] if place.field else []), *tags, *verdict.tags])
    class_, rule = verdict.class_, verdict.rule
    if class_ is MINOR and SERIOUS & set(tags):
        class_ = WORDING
    return Verdict(class_, rule, tuple(all_tags))


def _surface(deleted: str, inserted: str, place: Place) -> Verdict | None:
    """Edits that leave every word as it is."""
    if spaced(deleted) == spaced(inserted):
        return Verdict(MINOR, "whitespace", ("whitespace",))
    if closed(deleted) == closed(inserted) and len(deleted.split()) == len(inserted.split()):
        return Verdict(MINOR, "typography", ("typography",))
    if _LINK.fullmatch(deleted or inserted) and (not deleted or not inserted or _LINK.fullmatch(inserted)):
        return Verdict(MINOR, "link", ("link",))
    wordless = not letters(deleted) and not letters(inserted)
    if not wordless and bare(deleted) != bare(inserted):
        return None
    if numbers.differ(deleted + place.right[:12], inserted + place.right[:12], place.language):
        return None
    if bare(deleted) == bare(inserted) and len(deleted.split()) == len(inserted.split()):
        return Verdict(MINOR, "markup", ("markup",))
    if wordless:
        if set(_EDITORIAL.findall(deleted)) != set(_EDITORIAL.findall(inserted)):
            return Verdict(WORDING, "sign", ("punctuation",))
        return Verdict(MINOR, "punctuation", ("punctuation",))
    return None


def _same_letters(deleted: str, inserted: str, found: Traits, place: Place) -> Verdict | None:
    """Case, accents, hyphens, spaces inside words, punctuation between them."""
    if {"number", "hedge", "negation", "date"} & set(found.tags):
        return None
    a, b = letters(deleted), letters(inserted)
    if a == b:
        moved = [w.casefold() for w in found.old] != [w.casefold() for w in found.new]
        if moved and _hyphen_decides(deleted, inserted, place.language):
            return Verdict(WORDING, "another-word", ("another-word",))
        return Verdict(MINOR, "hyphenation" if moved else "punctuation", ("punctuation",))
    if a.casefold() == b.casefold():
        pairs = zip(found.old, found.new, strict=False)
        if any(is_acronym(x) != is_acronym(y) and len(x) <= 5 for x, y in pairs) and not _shouting(deleted, inserted):
            return Verdict(WORDING, "acronym-case", ("case",))
        return Verdict(MINOR, "case", ("case",))
    if unaccented(a).casefold() == unaccented(b).casefold():
        relations = [relation(x, y, place.language) for x, y in zip(found.old, found.new, strict=False)]
        if Form.LETTERS in relations:
            return Verdict(WORDING, "letters-changed", ("spelling",))
        return Verdict(MINOR, "diacritics", ("diacritics",))
    return None


def _hyphen_decides(deleted: str, inserted: str, language: str) -> bool:
    """Re-sign and resign: in English the hyphen after "re" tells two verbs apart, where the dictionary has both."""
    pair = [side.strip().casefold() for side in (deleted, inserted)]
    split = any(word.startswith("re-") for word in pair)
    return split and language.startswith("en") and two_words(pair[0], pair[1], language)


def _shouting(deleted: str, inserted: str) -> bool:
    return len(deleted) > 12 and (deleted.isupper() or inserted.isupper())


def _same_day(deleted: str, inserted: str, found: Traits, place: Place) -> Verdict | None:
    """The same day told from the day of publication and by its date: last Tuesday, 24 November."""
    if place.published is None or not {"date", "number"} & set(found.tags):
        return None
    if max(len(deleted), len(inserted)) > _LONGEST_MOMENT:
        return None
    if numbers.same_day(deleted, inserted, place.language, place.published):
        found.tags.clear()
        return Verdict(MINOR, "same-day", ("number-format",))
    return None


def _same_number(deleted: str, inserted: str, found: Traits, place: Place) -> Verdict | None:
    """The same value written otherwise: five, 5."""
    if "number" in found.tags:
        return _converted(deleted, inserted, found, place)
    units = [numbers.unit_names(side) for side in (deleted, inserted)]
    stated = [numbers.has_number(side, place.language) for side in (deleted, inserted)]
    if not (all(stated) or (units[0] and units[1] and stated[0] == stated[1])):
        return _same_moment(deleted, inserted, found, place) if any(stated) else None
    rest = _beside_numbers(found, place)
    same = rest[0] == rest[1] and set(units[0]) == set(units[1])
    if same and numbers.in_order(deleted, inserted, place.language):
        return Verdict(MINOR, "same-number", ("number-format",))
    return _same_moment(deleted, inserted, found, place)


def _same_moment(deleted: str, inserted: str, found: Traits, place: Place) -> Verdict | None:
    """The same hour, date, decade or share written otherwise: 3pm, 15:00; half, 50 %."""
    if {"date", "negation", "hedge"} & set(found.tags) or max(len(deleted), len(inserted)) > _LONGEST_MOMENT:
        return None
    sides = in_context(deleted, inserted, place)
    if not numbers.in_order(*sides, place.language, moments=True):
        return None
    function = word_list("function", place.language)
    rest = [
        [
            word.casefold()
            for word in words(numbers.beside_moments(side, place.language))
            if word.casefold() not in function and not _is_number_word(word, place.language)
        ]
        for side in sides
    ]
    if rest[0] == rest[1] and sides[0].strip() != sides[1].strip():
        return Verdict(MINOR, "same-number", ("number-format",))
    return None


def _converted(deleted: str, inserted: str, found: Traits, place: Place) -> Verdict | None:
    """The same quantity in another unit: 5 km, 3 miles. The number is another one, what it says is not."""
    rest = _beside_numbers(found, place)
    if rest[0] == rest[1] and numbers.converted(deleted, inserted, place.language):
        return Verdict(WORDING, "unit-converted")
    return None


def _beside_numbers(found: Traits, place: Place) -> list[list[str]]:
    """The words of both sides that are no part of a number or its unit."""
    return [[w for w in side if not _is_number_word(w, place.language)] for side in (found.old, found.new)]


def _is_number_word(word: str, language: str) -> bool:
    small = ("a", "and", "und", "et", "y", "e", "en", "per", "pour", "por")
    return (
        word[0].isdigit() or numbers.is_number_word(word, language) or numbers.is_unit(word) or word.casefold() in small
    )


def _repeated(deleted: str, inserted: str, found: Traits, place: Place) -> Verdict | None:
    """A word that stood twice: "turned turned"."""
    lower = [w.casefold() for w in found.old]
    if len(lower) == 2 and lower[0] == lower[1] and lower[:1] == [w.casefold() for w in found.new]:
        found.tags.clear()
        return Verdict(MINOR, "repeated-word", ("typo",))
    if found.new or not found.old or len(found.old) > 2 or letters(inserted):
        return None
    gone = deleted.strip().casefold()
    left, right = place.left.rstrip().casefold(), place.right.lstrip().casefold()
    if regex.search(rf"(?<![\p{{L}}\p{{N}}]){regex.escape(gone)}$", left) or regex.match(
        rf"{regex.escape(gone)}(?![\p{{L}}\p{{N}}])", right
    ):
        found.tags.clear()
        return Verdict(MINOR, "repeated-word", ("typo",))
    return None


def _few_characters(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """One or two kana, a Chinese particle, a single character: too little to judge, unless they negate or count."""
    both = found.old + found.new
    if SERIOUS & set(found.tags) or _opposites(found, place):
        return None
    if both and all(_SMALL_SCRIPT.fullmatch(w) for w in both) and max(map(_size, (found.old, found.new))) <= 2:
        return Verdict(MINOR, "few-characters", ("low-confidence",))
    if both and all(_HAN.fullmatch(w) for w in both) and max(map(_size, (found.old, found.new))) == 1:
        return Verdict(WORDING, "few-characters", ("low-confidence",))
    return None


def _size(side: list[str]) -> int:
    return sum(map(len, side))


def _abbreviated(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """European Union, EU."""
    if abbreviates(found.new, found.old, place.language) or abbreviates(found.old, found.new, place.language):
        found.tags[:] = [tag for tag in found.tags if tag not in ("name", "quote")]
        return Verdict(WORDING, "abbreviation", ("abbreviation",))
    return None


def _same_words(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """Each word is a form of the word it replaces: typing errors and inflections."""
    if not found.old or len(found.old) != len(found.new) or "number" in found.tags:
        return None
    forms = [relation(a, b, place.language) for a, b in zip(found.old, found.new, strict=True)]
    if not all(forms) or {"negation", "date"} & set(found.tags):
        return None
    if Form.TYPO not in forms and "hedge" in found.tags:
        return None
    if "name-spelling" in found.tags:
        return Verdict(WORDING, "name-spelling", ("spelling",))
    if Form.ANOTHER in forms:
        content = found.lost or found.gained
        return Verdict(SUBSTANTIVE if content else WORDING, "another-word", ("another-word",))
    if Form.LETTERS in forms:
        return Verdict(WORDING, "letters-changed", ("spelling",))
    if Form.SPELLING in forms and set(forms) <= {Form.SPELLING, Form.SAME, Form.CASE}:
        return Verdict(MINOR, "spelling-variant", ("spelling",))
    if Form.VERB_FORM in forms:
        return Verdict(WORDING, "verb-form", ("inflection",))
    if Form.TYPO in forms:
        if "hedge" in found.tags:
            found.tags.remove("hedge")
        return Verdict(MINOR, "typo", ("typo",))
    return Verdict(MINOR, "inflection", ("inflection",))


def _reordered(_deleted: str, _inserted: str, found: Traits, _place: Place) -> Verdict | None:
    """The same words in another order, here or elsewhere in the sentence."""
    if "number" in found.tags:
        return None
    if Counter(map(str.casefold, found.old)) == Counter(map(str.casefold, found.new)):
        return Verdict(WORDING, "reordered", ("reordered",))
    if found.lost or found.gained or SERIOUS & set(found.tags):
        return None
    if found.elsewhere:
        return Verdict(WORDING, "reordered", ("reordered",))
    return None


def _grammar(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """Only function words: an article added, a conjunction replaced."""
    if found.lost or found.gained or SERIOUS & set(found.tags) or _opposites(found, place):
        return None
    small = {w.casefold() for w in found.old + found.new}
    alone = len(found.old) <= 1 and len(found.new) <= 1 and "attribution" not in found.tags
    if alone and any(small <= group for group in grammar_groups()):
        return Verdict(MINOR, "agreement", ("grammar",))
    return Verdict(WORDING, "attribution" if "attribution" in found.tags else "function-words")


def _serious(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """A number, a date, a negation, a name, a hedge, somebody's words."""
    for tag in ("number", "negation", "date"):
        if tag in found.tags:
            turned_round = tag == "number" and len(found.old) == len(found.new) == 1 and _opposites(found, place)
            return Verdict(SUBSTANTIVE, f"{tag}-changed", ("opposite",) if turned_round else ())
    if "name" in found.tags:
        both = bool(found.names_lost and found.names_gained)
        one_sided = not place.headline and len(found.lost) + len(found.gained) >= 2
        if both or one_sided:
            return Verdict(SUBSTANTIVE, "name-changed")
    if pairs := _opposites(found, place):
        round_ = any(turned(a.casefold(), b.casefold(), place.language) for a, b in pairs)
        found.tag("negation" if round_ else "opposite", True)
        return Verdict(SUBSTANTIVE, "opposite")
    if _rank_changed(found, place.language):
        return Verdict(SUBSTANTIVE, "office-changed", ("office",))
    if "quote" in found.tags and replaced_words(found) >= 1:
        return Verdict(SUBSTANTIVE, "quote-changed")
    if "hedge" in found.tags and max(len(found.lost), len(found.gained)) <= REWRITTEN and not place.headline:
        return Verdict(SUBSTANTIVE, "hedge-changed")
    return None


def _rank_changed(found: Traits, language: str) -> bool:
    """A word that makes another office of an office came, went or was replaced: deputy minister, minister."""
    if max(len(found.lost), len(found.gained)) > _LONGEST_RANK:
        return False
    ranks = word_list("rank", language) if language else frozenset()
    lost, gained = ({w.casefold() for w in side} & ranks for side in (found.lost, found.gained))
    return lost != gained


def _opposites(found: Traits, place: Place) -> list[tuple[str, str]]:
    """The words of both sides of which only one can be true."""
    old, new = _words_of(found.old, found.new), _words_of(found.new, found.old)
    pairs = [(a, b) for a in old for b in new if opposite(a, b, place.language)]
    if pairs or not old or not new or not _UNSPACED.match(old[0]):
        return pairs
    sides = [place.left[-3:] + "".join(side) + place.right[:3] for side in (found.old, found.new)]
    return [(sides[0], sides[1])] if opposites_in(sides[0], sides[1], place.language) else []


def _words_of(side: list[str], other: list[str]) -> list[str]:
    """The first words of a side that the other does not hold: opposites stand in short edits."""
    known = {w.casefold() for w in other}
    glued = "".join(w.casefold() for w in other)  # "stort in" and "instort" are one verb, not opposites
    return [w for w in side if w.casefold() not in known and not _is_made_of(w.casefold(), other, glued)][:8]


def _is_made_of(word: str, other: list[str], glued: str) -> bool:
    """True when a word is two words of the other side put together."""
    parts = {w.casefold() for w in other}
    return len(word) <= len(glued) and any(word[:i] in parts and word[i:] in parts for i in range(1, len(word)))


def _headline(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """Headlines are rewritten for style all day: it takes more words to say something else."""
    if not place.headline:
        return None
    if "hedge" in found.tags and max(len(found.lost), len(found.gained)) <= 2:
        return Verdict(SUBSTANTIVE, "hedge-changed")
    if says_else(found):
        return Verdict(SUBSTANTIVE, "rewritten")
    return Verdict(WORDING, "headline-wording")


def _content(_deleted: str, _inserted: str, found: Traits, place: Place) -> Verdict | None:
    """Words with content of their own: added, removed or replaced."""
    if not found.new:
        manner = len(found.lost) == 1 and says_how(found.lost[0], place.language)
        lightly = manner and not {*SERIOUS, "attribution"} & set(found.tags)
        return Verdict(WORDING if lightly else SUBSTANTIVE, "words-removed", ("removed",))
    if not found.old:
        return Verdict(SUBSTANTIVE, "words-added", ("added",))
    exchanged = exchanged_words(found)
    if exchanged and synonyms(*exchanged, place.language):
        return Verdict(WORDING, "synonym")
    if says_else(found):
        return Verdict(SUBSTANTIVE, "rewritten")
    if exchanged and is_another(*exchanged, place.language):
        return Verdict(SUBSTANTIVE, "word-replaced")
    return Verdict(WORDING, "reworded")


_Rule = Callable[[str, str, Traits, Place], Verdict | None]
_RULES: tuple[_Rule, ...] = (
    _same_day,
    _same_number,
    _same_letters,
    _repeated,
    _few_characters,
    _abbreviated,
    _same_words,
    _reordered,
    _grammar,
    _serious,
    _headline,
    _content,
)
