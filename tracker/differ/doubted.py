"""New text that the reading itself doubts to be the article's: kept and shown, ranked as noise.

The extractor drops nothing that stands where the article stands. What comes alone and unlike the article's own, or
stands on other articles of the source as well, is kept with a reason that begins with "doubt". A change that brings
nothing but such text is stored with this rule's name.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.model import Content, Op, Operation, Sentence

RULE = "doubtful-block"
_MARK = "doubt"


def sentences(old: Content, new: Content, all_new: Sequence[Sentence]) -> frozenset[int]:
    """Indexes of the new sentences that stand in doubted blocks only, and in no paragraph of the old content."""
    texts = {b.text for b in new.blocks if b.kept and b.reason.startswith(_MARK)}
    if not texts:
        return frozenset()
    texts -= {b.text for b in new.blocks if b.kept and not b.reason.startswith(_MARK)}
    texts -= {p.text for p in old.everything}
    paragraphs = new.everything
    return frozenset(i for i, sentence in enumerate(all_new) if paragraphs[sentence.paragraph].text in texts)


def only_adds(operation: Operation, doubted: frozenset[int]) -> bool:
    """True when all that an operation does is to add doubted sentences; a notice is never doubted."""
    if operation.op is not Op.ADD or operation.old is not None or "notice" in operation.tags:
        return False
    return bool(operation.new_indexes) and doubted.issuperset(operation.new_indexes)
