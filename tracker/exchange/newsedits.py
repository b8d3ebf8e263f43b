"""The tables of NewsEdits (isi-nlp/NewsEdits), one SQLite file an outlet, as the code of its users reads them.

`split_sentences` numbers versions from 0 and marks where paragraphs begin and end; `matched_sentences` pairs the
sentences of neighbouring versions: distance 0 is the same, an empty side one that came or went. `entryversion` is the
table of diffengine, which both are made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from tracker.differ import diff
from tracker.differ.sentences import sentences
from tracker.model import Change, Content, Sentence, Version, iso
from tracker.store.connection import Value
from tracker.store.other_files import NewFile, made

SCHEMA = """
create table split_sentences (entry_id integer, version integer, sent_idx integer, sentence text);
create table matched_sentences (entry_id integer, version_x integer, version_y integer, sent_idx_x integer,
  sent_idx_y integer, avg_sentence_distance_x real, avg_sentence_distance_y real);
create table entryversion (id integer primary key, title text, url text, summary text, created text,
  archive_url text, entry_id integer, tweet_status_id_str text);
create index split_sentences_entry on split_sentences (entry_id, version);
create index matched_sentences_entry on matched_sentences (entry_id, version_x);
"""


def name_of(source_id: str) -> str:
    """What the file of an outlet is called."""
    return f"{source_id}-matched-sentences.db"


def write(path: Path, articles: Iterable[tuple[str, Sequence[Version]]]) -> None:
    """Write an outlet's articles, each its address and its versions from the first on. Raises StoreError."""
    with made(path, SCHEMA) as file:
        for url, versions in articles:
            _write(file, url, versions)


def _write(file: NewFile, url: str, versions: Sequence[Version]) -> None:
    before: Version | None = None
    for version in versions:
        file.add("entryversion", [_entry(version, url)])
        if before is None:
            said = sentences(version.content.everything, version.content.language)
        else:
            change = diff(before.content, version.content)
            said = change.new
            file.add("matched_sentences", _matched(version.article_id, before.number - 1, change))
        file.add("split_sentences", _split(version, said))
        before = version


def _entry(version: Version, url: str) -> tuple[Value, ...]:
    created = (iso(version.first_seen_at) or "").replace("T", " ").removesuffix("Z")
    return version.id, version.content.headline, url, summary(version.content), created, "", version.article_id, ""


def summary(content: Content) -> str:
    """The text as HTML paragraphs, as diffengine keeps it."""
    return "".join(f"<p>{escape(p.text, quote=False)}</p>" for p in content.everything)


def _split(version: Version, said: Sequence[Sentence]) -> Iterator[tuple[Value, ...]]:
    for n, sentence in enumerate(said):
        opens = n == 0 or said[n - 1].paragraph != sentence.paragraph
        closes = n + 1 == len(said) or said[n + 1].paragraph != sentence.paragraph
        text = f"{'<p>' if opens else ''}{sentence.text.strip()}{'</p>' if closes else ''}"
        yield version.article_id, version.number - 1, n, text


def _matched(article_id: int, version: int, change: Change) -> Iterator[tuple[Value, ...]]:
    """The pairs of one step; a split or merge is several."""
    place = (article_id, version, version + 1)
    pairs: list[tuple[int | None, int | None, float | None]] = [(old, new, 0.0) for old, new in change.same]
    for operation in change.operations:
        distance = round(1 - operation.similarity, 4)
        for old in operation.old_indexes or (None,):
            for new in operation.new_indexes or (None,):
                pairs.append((old, new, distance if old is not None and new is not None else None))
    for x, y, far in sorted(pairs, key=lambda p: (p[1] is None, p[1] or 0, p[0] or 0)):
        yield *place, x, y, far, far
