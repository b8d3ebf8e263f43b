"""Search: what a person types becomes a query that cannot fail, over everything the articles ever said.

minister budget        both words, anywhere in an article's history
"prime minister"       the phrase
minist*                words that begin so; at least three letters, at most four such words
-football              not this word
source:example-times   only this source
headline:budget        in the headline as it stands now
removed:minister       in text that is gone; `removed:` alone asks that of every word
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.model import Article
from tracker.store.article_row import article_of
from tracker.store.connection import Value, rows, storable
from tracker.store.search.documents import UNSPACED, spaced
from tracker.store.store import Store

MAX_TERMS = 16

LEAST_PREFIX = 3
"""Letters that the beginning of a word has at least: a shorter one would match half of all words."""

MAX_PREFIXES = 4
"""Most beginnings of words in one query: each reads the lists of all words that begin so. Others are whole words."""

_PART = re.compile(
    r"""(?P<not>-)?
        (?:(?P<field>source|removed|headline):)?
        (?:"(?P<phrase>[^"]*)"?(?P<star>\*)? | (?P<word>[^\s"]+) | (?<=:))""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that must, or must not, be found. `where` is any, headline or removed."""

    text: str
    prefix: bool = False
    negated: bool = False
    where: str = "any"


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked for."""

    terms: tuple[Term, ...] = ()
    sources: tuple[str, ...] = ()
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, with the passage that shows why.

    `removed` is true when the passage is not part of the current version; it stood there from `first_version` to
    `last_version` (None: to this day). `kind` is a paragraph's kind, `headline` or `standfirst`.
    """

    article: Article
    text: str
    kind: str
    removed: bool
    first_version: int
    last_version: int | None


@dataclass(frozen=True, slots=True)
class _Passage:
    text: str
    kind: str
    first: int
    last: int | None
    folded: str = field(default="")


def parse(text: str) -> Query:
    """Read what a person typed. Any text is a query; what says nothing is left out."""
    terms: list[Term] = []
    sources: list[str] = []
    removed = False
    for part in _PART.finditer(storable(text)):
        name = (part["field"] or "").lower()
        quoted = part["phrase"] is not None
        words = part["phrase"] if quoted else (part["word"] or "")
        prefix = bool(part["star"]) if quoted else words.endswith("*")
        if name == "source":
            sources.append(words.strip())
        elif name == "removed" and not words:
            removed = True
        elif any(c.isalnum() for c in words) and len(terms) < MAX_TERMS:
            word = words.rstrip("*")
            begins = prefix and _last_word(word) >= LEAST_PREFIX and sum(t.prefix for t in terms) < MAX_PREFIXES
            terms.append(Term(word, begins, bool(part["not"]), name or "any"))
    return Query(tuple(terms), tuple(s for s in sources if s), removed)


def _last_word(text: str) -> int:
    """How long the word is that a prefix is the beginning of; a sign of a script without spaces counts as a word."""
    words = re.findall(r"\w+", text)
    return LEAST_PREFIX if words and UNSPACED.search(words[-1]) else len(words[-1]) if words else 0


_COLUMNS = {"any": "{headline text removed}", "headline": "headline", "removed": "removed"}


def expression(query: Query) -> tuple[str, str] | None:
    """(index, FTS5 expression) of a query; None when it asks for nothing that can be found."""
    wanted = [t for t in query.terms if not t.negated]
    if not wanted:
        return None
    unspaced = any(UNSPACED.search(t.text) for t in wanted)

    def quoted(term: Term) -> str:
        words = (spaced(term.text) if unspaced else term.text).replace('"', " ")
        return f'"{words}"' + (" *" if term.prefix else "")

    found = " AND ".join(f"({_COLUMNS[t.where]} : {quoted(t)})" for t in wanted)
    if query.removed:
        gone = (f"((removed : {quoted(t)}) NOT ({{headline text}} : {quoted(t)}))" for t in wanted)
        found = f"({found}) AND ({' OR '.join(gone)})"
    if query.sources:
        anywhere = " OR ".join(f'(source : "{s.replace(chr(34), " ")}")' for s in query.sources)
        found = f"({found}) AND ({anywhere})"
    for term in query.terms:
        if term.negated:
            found = f"({found}) NOT ({_COLUMNS[term.where]} : {quoted(term)})"
    return ("article_search_cjk" if unspaced else "article_search"), found


def search(store: Store, text: str, *, removed: bool = False, limit: int | None = None) -> list[Article]:
    """Articles that say, or once said, what is asked for, newest first. `removed` as `removed:` in the text."""
    query = parse(text)
    return _articles(store, Query(query.terms, query.sources, query.removed or removed), limit)


def _articles(store: Store, query: Query, limit: int | None) -> list[Article]:
    asked = expression(query)
    if asked is None:
        return []
    index, match = asked
    # Within a table's own rowid order FTS5 reads only as many rows as are wanted; any ranking would read all.
    sql = f"select a.* from {index} f cross join articles a on a.id = f.rowid where f.{index} match ?"  # noqa: S608
    values: list[Value] = [match]
    if query.sources:
        sql += f" and a.source_id in ({', '.join('?' * len(query.sources))})"
        values += query.sources
    try:
        found = rows(store.db, sql + " order by f.rowid desc limit ?", [*values, -1 if limit is None else limit])
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):
            return []
        raise
    return [article_of(r) for r in found]


def hits(store: Store, text: str, *, removed: bool = False, limit: int | None = None) -> list[Hit]:
    """As `search`, each article with the passage that shows why it was found."""
    query = parse(text)
    query = Query(query.terms, query.sources, query.removed or removed)
    terms = [t for t in query.terms if not t.negated]
    prefer_gone = query.removed or any(t.where == "removed" for t in terms)
    return [_hit(store, article, terms, prefer_gone) for article in _articles(store, query, limit)]


def _hit(store: Store, article: Article, terms: Sequence[Term], prefer_gone: bool) -> Hit:
    passages = _passages(store, article)
    patterns = [_pattern(t) for t in terms]

    def worth(passage: _Passage) -> tuple[bool, int]:
        gone = passage.last is not None
        return (gone == prefer_gone, sum(bool(p.search(passage.folded)) for p in patterns))

    matching = [p for p in passages if worth(p)[1]] or passages
    best = max(matching, key=worth)
    return Hit(article, best.text, best.kind, best.last is not None, best.first, best.last)


def _passages(store: Store, article: Article) -> list[_Passage]:
    """Everything an article ever said, headline first, with the versions that said it."""
    found = rows(
        store.db,
        "select text, kind, first_version, last_version from paragraphs where article_id = ? order by id",
        (article.id,),
    )
    heads = rows(
        store.db,
        "select number, headline, standfirst from versions where article_id = ? order by number",
        (article.id,),
    )
    passages: list[_Passage] = []
    for kind in ("headline", "standfirst"):
        spans: dict[str, tuple[int, int]] = {}
        for r in heads:
            spans[r[kind]] = (spans.get(r[kind], (r["number"],))[0], r["number"])
        newest = heads[-1]["number"] if heads else 0
        passages += [_Passage(t, kind, a, None if b == newest else b, fold(t)) for t, (a, b) in spans.items() if t]
    passages += [_Passage(r["text"], r["kind"], r["first_version"], r["last_version"], fold(r["text"])) for r in found]
    return passages or [_Passage(article.headline, "headline", 0, None)]


def fold(text: str) -> str:
    """The text as the index compares it: lower case, without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _pattern(term: Term) -> re.Pattern[str]:
    """Where a term stands in a folded text: its words with anything but letters and digits between them."""
    words = re.findall(r"\w+", fold(term.text))
    if UNSPACED.search(term.text):
        return re.compile(r"\W*".join(map(re.escape, words)))
    return re.compile(r"\b" + r"[\W_]+".join(map(re.escape, words)) + ("" if term.prefix else r"\b"))
