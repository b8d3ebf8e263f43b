"""Blame for a reader: each sentence with when it came and how long it stood, removed ones in the place they had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.differ.sentences import sentences
from tracker.model import Version
from tracker.render import words
from tracker.render.safety import clean
from tracker.store import Origin, Store
from tracker.store.history import versions as stored_versions
from tracker.store.questions import blame
from tracker.web.drawing import formatting
from tracker.web.paging import cut

AGES = ("newest tenth of its life", "less than half", "more than half", "since the first version")
"""How long a sentence has stood, as a share of the article's life as far as it was seen."""
_SHARES = (0.1, 0.5)


@dataclass(frozen=True, slots=True)
class BlamedSentence:
    """A sentence with its age (an index into `AGES`) and its story for the pointer."""

    text: str
    age: int
    stands: bool
    title: str


@dataclass(frozen=True, slots=True)
class BlamedParagraph:
    """A paragraph, sentence by sentence."""

    kind: str
    sentences: list[BlamedSentence]


def paragraphs(
    store: Store, article_id: int, last_seen: datetime | None, *, removed: bool
) -> tuple[list[BlamedParagraph], int]:
    """The paragraphs of the newest version, sentence by sentence, and how many sentences are gone from it.

    With `removed`, a gone sentence stands after the sentence it followed in the last version that had it; where it
    was a paragraph of its own it is one again.
    """
    origins = blame.blame(store, article_id)
    standing = [o for o in origins if o.stands]
    gone = [o for o in origins if not o.stands]
    if not origins:
        return [], 0
    start = min(o.spans[0].before for o in origins)
    end = max([last_seen or start, *(_end(o) for o in origins)])
    shown: list[BlamedParagraph] = []
    at: dict[str, tuple[int, int]] = {}
    number = None
    for origin in standing:
        if origin.paragraph != number:
            number = origin.paragraph
            shown.append(BlamedParagraph(origin.kind.value, []))
        shown[-1].sentences.append(sentence(origin, start, end))
        at[origin.text] = (len(shown) - 1, len(shown[-1].sentences) - 1)
    if removed and gone:
        shown = _with_gone(shown, at, gone, stored_versions.versions(store, article_id), start, end)
    return shown, len(gone)


def sentence(origin: Origin, start: datetime, end: datetime) -> BlamedSentence:
    """A sentence with its age (an index into `AGES`) and its story for the pointer."""
    first, last = origin.spans[0], origin.spans[-1]
    until = _end(origin) if not origin.stands else end
    share = (until - first.before) / (end - start) if end > start else 1.0
    age = 3 if first.first == 1 else next((n for n, most in enumerate(_SHARES) if share < most), 2)
    story = f"since version {first.first}, {words.moment_words(first.before)}"
    if not origin.stands:
        story += f"; gone with version {(last.last or 0) + 1}, stood {formatting.span(until - first.before)}"
    return BlamedSentence(text=cut(clean(origin.text)), age=age, stands=origin.stands, title=story)


def _end(origin: Origin) -> datetime:
    last = origin.spans[-1]
    return last.gone_before or last.before


def _with_gone(
    shown: Sequence[BlamedParagraph],
    at: dict[str, tuple[int, int]],
    gone: Sequence[Origin],
    versions: Sequence[Version],
    start: datetime,
    end: datetime,
) -> list[BlamedParagraph]:
    """The paragraphs with the gone sentences put back."""
    texts = {v.number: sentences(v.content.everything, v.content.language) for v in versions}
    inside: dict[tuple[int, int], list[BlamedSentence]] = {}
    apart: dict[int, list[BlamedParagraph]] = {}
    for origin in gone:
        said = texts.get(origin.spans[-1].last or 0, ())
        where = next((i for i, s in enumerate(said) if s.text.strip() == origin.text), 0)
        before = next((s for s in reversed(said[:where]) if s.text.strip() in at), None)
        entry = sentence(origin, start, end)
        if before is not None and before.paragraph == said[where].paragraph:
            inside.setdefault(at[before.text.strip()], []).append(entry)
            continue
        after = next((s for s in said[where + 1 :] if s.text.strip() in at), None)
        if after is not None and after.paragraph == said[where].paragraph:
            there, position = at[after.text.strip()]
            inside.setdefault((there, position - 1), []).append(entry)
        else:
            place = at[before.text.strip()][0] if before is not None else -1
            apart.setdefault(place, []).append(BlamedParagraph(origin.kind.value, [entry]))
    whole = list(apart.get(-1, []))
    for n, paragraph in enumerate(shown):
        entries = list(inside.get((n, -1), []))
        for m, entry in enumerate(paragraph.sentences):
            entries += [entry, *inside.get((n, m), [])]
        whole += [BlamedParagraph(paragraph.kind, entries), *apart.get(n, [])]
    return whole
