"""Who wrote an article: names of people (or the desk or agency that signs), as the page gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tracker.extractor import fold, labels, phrases
from tracker.extractor.document import TextBlock
from tracker.extractor.metadata import moments
from tracker.extractor.story import StoryBox
from tracker.extractor.structured import Structured, plain

# "By" where bylines are written: en de fr es it pt nl sv no da fi pl cs hu tr ru uk el id vi
_BY = re.compile(
    r"^\W*(?:(?:written |reported |words |story )?by|von|par|por|di|door|av|af|kirjoittanut|autor(?:ka|in|a|es"
    r"|en)?|author"
    r"|auteur|autore|redakteur(?:in)?|od|przez|írta|de|yazan|haber|автор|от|від|από|oleh|tác giả|text|texte"
    r"|texto|words)"
    r"(?:\s*:|\b)\s*(?=\S)",
    re.I,
)
_SAYS_BY = re.compile(
    r"^\W*(?:(?:written |words |story )?by|von|par|por|door|av|af|di|oleh|tác giả|автор)\s*:?\s+\S", re.I
)
# "and" between names, in the same languages; a dash, a dot or a bar between spaces
_SPLIT = re.compile(
    r"\s*(?:[,;|•·\n]|\s[/–—-]\s|\s/|/\s"
    r"|\s(?:and|und|et|y|e|en|och|og|ja|i|a|és|și|ve|и|та|και|dan|và|with|mit|avec|con|com|med)\s)\s*",
    re.I,
)
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]?")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[<>{}\[\]=?!]|\.(?:com|jpg|png)\b", re.I)
_FACTS = re.compile(r"\s*[|•·]\s*")  # between the facts of a line under the headline: date, name, reading time
_DIGIT = re.compile(r"\d")
_SITE = re.compile(r"\.[a-z]{2,3}$", re.I)
_ORGANISATIONS = frozenset(("Organization", "NewsMediaOrganization"))
# words that stand in small letters inside names
_PARTICLES = frozenset((
    "abu", "af", "al", "av", "ben", "bin", "bint", "d'", "da", "das", "de", "del", "della", "dello", "dem", "den",
    "der", "des", "di", "do", "dos", "du", "e", "el", "het", "i", "ibn", "la", "la'", "le", "les", "of", "op", "'t",
    "st", "te", "ten", "ter", "und", "van", "von", "y", "zu", "zur",
))  # fmt: skip
_BESIDE_DIGIT = re.compile(r"([^\W\d_]{3,})\.?,?\s+\d|\d\.?\s+(?:de\s+)?([^\W\d_]{3,})")
_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "cxenseparse:author")
_SIGNED = re.compile(r"\bauthors?\b|byline|writer|autor\b|auteur|redakteur|metainfoauthor|contributor|author-?name")


def people(data: Structured, story: StoryBox, sites: Sequence[str]) -> tuple[str, ...]:
    """The byline as names, in the page's order.

    JSON-LD, meta tags, names marked up in the story's own box, then the lines above its text. Whoever names people is
    preferred to whoever names only the outlet (one of `sites`: its names and its host's).
    """
    fallback: tuple[str, ...] = ()
    known = [folded for site in sites if (folded := fold.key(site))]
    readers: tuple[Callable[[], list[str]], ...] = (
        lambda: _from_json(data),
        lambda: _from_meta(data),
        lambda: _from_markup(story),
        lambda: _from_lines(story.above),
    )
    for names in readers:
        found = unique(names())
        if found and not all(_is_outlet(name, known) for name in found):
            return found
        fallback = fallback or found
    return fallback


def split(line: str) -> list[str]:
    """The names in a line such as "By Ann Lee, Bo Ek and Cy Roe (in Oslo)"."""
    line = _BY.sub("", _ASIDE.sub(" ", fold.tidy(line)), count=1)
    return [part.strip() for part in _SPLIT.split(line) if part.strip()]


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names without doubles, addresses and what cannot be a name."""
    seen: dict[str, str] = {}
    for raw in names:
        name = _BY.sub("", fold.tidy(raw), count=1).strip(" ,;:|-–•·/*")
        if 1 < len(name) <= 80 and not _NOT_A_NAME.search(name) and len(name.split()) <= 8:
            seen.setdefault(fold.key(name), name)
    return tuple(seen.values())


def _is_outlet(name: str, sites: Sequence[str]) -> bool:
    folded = fold.key(name)
    return bool(_SITE.search(name)) or any(folded in site or site in folded for site in sites)


def _from_json(data: Structured) -> list[str]:
    """Names of the main object's authors: its persons, where it names persons and organisations."""
    names: list[str] = []
    authors: Any = data.article.get("author") or data.article.get("creator") or []
    found = [data.resolve(reference) for reference in (authors if isinstance(authors, list) else [authors])]
    persons = [author for author in found if _kind(author) == "Person"]
    for author in [a for a in found if not (persons and _kind(a) in _ORGANISATIONS)]:
        name = author.get("name") if isinstance(author, Mapping) else author
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, str) and one.strip():
                names += split(plain(one))
    return names


def _kind(author: Any) -> str:
    said = author.get("@type") if isinstance(author, Mapping) else ""
    return str(said[0] if isinstance(said, list) and said else said)


def _from_meta(data: Structured) -> list[str]:
    for name in _META:
        values = [plain(v) for v in data.metas.get(name, ()) if "://" not in v]
        names = [part for value in values for part in split(value)]
        if names:
            return names
    return []


def _from_markup(story: StoryBox) -> list[str]:
    """Names in the story's own elements that say so: `rel=author`, `itemprop=author`."""
    return [name for text in story.authors() if 0 < len(text) <= 80 for name in split(text)]


def _from_lines(above: Sequence[TextBlock]) -> list[str]:
    """Names in the lines between headline and text: those that begin with "By", stand in an author's box,
    or beside a date.
    """
    for block in above:
        if block.words > 16 or block.hidden or phrases.opening(block.text) == "rights":
            continue
        signed = any(
            _SIGNED.search(node.label) and not labels.flags(node.label) & labels.COMMENTS
            for _, node in zip(range(2), block.node.chain(), strict=False)
        )
        parts = _FACTS.split(block.text)
        if signed or _SAYS_BY.match(block.text):
            parts = parts[:1]
        elif len(parts) < 2 or not _DIGIT.search(block.text):
            continue
        months = {w for found in _BESIDE_DIGIT.findall(block.text) for w in found if w and moments.month(w)}
        names = [
            name
            for part in parts
            for name in split(_DIGIT.split(part, maxsplit=1)[0])
            if _is_person(name) and not months & set(name.split())
        ]
        if names:
            return names
    return []


def _is_person(name: str) -> bool:
    """True for two to five words that all but particles begin with a capital, or an outlet's short sign."""
    parts = fold.tidy(name).strip(" ,.:").split()
    if len(parts) == 1:
        return parts[0].isupper() and 2 <= len(parts[0]) <= 5
    capitals = [p for p in parts if p[0].isupper() or not p[0].isascii()]
    others = [p for p in parts if p not in capitals]
    return 2 <= len(parts) <= 5 and len(capitals) >= max(2, len(parts) - 2) and _PARTICLES.issuperset(others)
