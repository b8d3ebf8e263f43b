"""New text that the reading itself doubts to be the article's: kept and shown, ranked as noise.

The extractor drops nothing that stands where the article stands. What comes alone and unlike the article's own, or
stands on other articles of the source as well, is kept with a reason that begins with "doubt". A change that brings
nothing but such text is stored with this rule's name, and so is one that takes away what other articles carry too.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.model import Block, Content, Op, Operation, Sentence

RULE = "doubtful-block"
_MARK = "doubt"
_ELSEWHERE = "doubt: source"


def is_doubted(block: Block, mark: str = _MARK) -> bool:
    """Whether a block is kept, and in doubt."""
    return block.kept and block.reason.startswith(mark)


def came(old: Content, new: Content, all_new: Sequence[Sentence]) -> frozenset[int]:
    """Indexes of the new sentences that stand in doubted blocks only, and in no paragraph of the old content."""
    return _only_in(new, old, all_new, _MARK)


def went(old: Content, new: Content, all_old: Sequence[Sentence]) -> frozenset[int]:
    """Indexes of the old sentences that the source's other articles carry and no paragraph of the new content does.

    Of a story that was doubted as a whole, because the outlet ran it twice, nothing goes unseen.
    """
    texts = {b.text for b in old.blocks if is_doubted(b, _ELSEWHERE)}
    if 2 * sum(map(len, texts)) > len(old.text):
        return frozenset()
    return _only_in(old, new, all_old, _ELSEWHERE)


def _only_in(side: Content, other: Content, sentences: Sequence[Sentence], mark: str) -> frozenset[int]:
    texts = {b.text for b in side.blocks if is_doubted(b, mark)}
    if not texts:
        return frozenset()
    texts -= {b.text for b in side.blocks if b.kept and not is_doubted(b, mark)}
    texts -= {p.text for p in other.everything}
    paragraphs = side.everything
    return frozenset(i for i, sentence in enumerate(sentences) if paragraphs[sentence.paragraph].text in texts)


def is_all(operation: Operation, new: frozenset[int], old: frozenset[int]) -> bool:
    """True when all that an operation does is to bring or take doubted sentences; a notice is never doubted."""
    if "notice" in operation.tags:
        return False
    if operation.op is Op.ADD and operation.old is None:
        return bool(operation.new_indexes) and new.issuperset(operation.new_indexes)
    if operation.op is Op.DELETE and operation.new is None:
        return bool(operation.old_indexes) and old.issuperset(operation.old_indexes)
    return False
