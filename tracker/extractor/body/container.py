"""Which box of a page holds its story: candidates are weighed by what the page says of itself first, by size last."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container

from tracker.extractor import fold, labels
from tracker.extractor.body.evidence import Evidence, is_stated
from tracker.extractor.body.region import Region, shape
from tracker.extractor.document import MARK, Document, Node, TextBlock
from tracker.extractor.labels import (
    AD,
    ARTICLE,
    BODY,
    BYLINE,
    CAPTION,
    COMMENTS,
    HIDDEN,
    NAVIGATION,
    PROMO,
    RELATED,
    SERVICE,
    SIDE,
    SOCIAL,
    TAGS,
)
from tracker.extractor.tags import HEADINGS, LEAVES, LISTS

_SHARES = (1, 0.75, 0.5, 0.35, 0.25, 0.2)  # of a paragraph's points, by the ancestor's distance
_WHOLE = frozenset(("article", "main", "body", "html"))
_COMMENT = re.compile(
    r"(?<![a-z])(?:comments?|kommentare?|komentarze|commentaires?|comentarios|reacties|disqus)(?![a-z])"
)
_APART = frozenset(("aside", "nav", "footer", "form"))
_NO_OPENING = frozenset(("aside", "nav", "figure", "figcaption", "li", "form", "blockquote", "footer", "article"))
_NOT_OPENING = AD | BYLINE | CAPTION | COMMENTS | NAVIGATION | PROMO | RELATED | SERVICE | SOCIAL | TAGS | HIDDEN
_ENDS = (".", "!", "?", "…", "”", "»", '"', "。", "।")
_SPEAKS = 2  # words of the evidence that an opening paragraph must have
_AGREES = 0.5  # of the best agreement on the page: what any box of the story may be expected to have
_ENOUGH_WORDS = 10  # from which agreement is fully trusted
_BARELY = 0.1  # agreement that chance gives
_STRANGE = 0.4  # of the best agreement: under it a box tells another story, when it stands apart as well
_LEAST = 0.25  # of a candidate's points that such boxes must hold to be worth leaving it


def find(document: Document, evidence: Evidence, favoured: str = "") -> Region:
    """The article's region of a page seen alone; `favoured` is the container that this source's articles use."""
    blocks = document.blocks
    marked = [any(n.element.get(MARK) for n in b.node.chain()) for b in blocks] if document.marked else []
    if any(marked):
        return Region(document, marked, None, [], evidence)
    scores = [b.points for b in blocks]
    h1s = [b.index for b in document.h1s]
    titles = [i for i in h1s if _is_title(blocks[i].text, evidence.headlines)]
    _silence_comments(blocks, scores)
    candidates = _Candidates(blocks, scores, evidence, titles)
    best = candidates.best(h1s, titles, favoured)
    if best is None:
        return Region(document, [False] * len(blocks), None, titles)
    best = candidates.narrowed(best, h1s, titles)
    member = [_within(b, best) for b in blocks]
    return Region(document, _extended(document, member, scores, best, h1s, titles, evidence), best, titles, evidence)


def _silence_comments(blocks: list[TextBlock], scores: list[float]) -> None:
    """Take the points from what readers wrote, unless nearly everything on the page stands in such a place."""
    known: dict[Node, bool] = {}
    headed = {block.node.parent for block in blocks if _heads_comments(block, blocks)}

    def in_comments(node: Node) -> bool:
        if node not in known:
            own = node.tag not in _WHOLE and (node in headed or _COMMENT.search(node.label) is not None)
            known[node] = own or (node.parent is not None and in_comments(node.parent))
        return known[node]

    silent = [block.index for block, score in zip(blocks, scores, strict=True) if score and in_comments(block.node)]
    if sum(scores[i] for i in silent) < 0.9 * sum(scores):
        for i in silent:
            scores[i] = 0.0


def _heads_comments(block: TextBlock, blocks: list[TextBlock]) -> bool:
    """True for the heading "Comments" that opens a box of its own."""
    box = block.node.parent
    if block.node.tag not in HEADINGS or block.words > 4 or box is None or not _COMMENT.search(block.text.lower()):
        return False
    return block.index == 0 or all(node is not box for node in blocks[block.index - 1].node.chain())


class _Candidates:
    """The boxes around the page's prose: how much of it each holds, and how far that agrees with the evidence."""

    def __init__(self, blocks: list[TextBlock], scores: list[float], evidence: Evidence, titles: list[int]) -> None:
        self.blocks = blocks
        self.scores = scores
        self.evidence = evidence
        self.tally: dict[Node, float] = {}
        self.first: dict[Node, int] = {}
        self.prose: Counter[Node] = Counter()
        self.said: Counter[Node] = Counter()
        self.described: Counter[Node] = Counter()
        self.masks: dict[Node, int] = {}
        for block, score in zip(blocks, scores, strict=True):
            if score:
                self._add(block, score)
        self.agreeing = max((evidence.share(mask) for mask in self.masks.values()), default=1.0)
        self.trust = min(1.0, len(evidence.words) / _ENOUGH_WORDS)
        self.led: set[Node] = set()  # the boxes around the first prose after a headline
        for title in titles:
            after = next((b for b in blocks[title:] if scores[b.index]), None)
            self.led.update(after.node.chain() if after is not None else ())

    def _add(self, block: TextBlock, score: float) -> None:
        confirmed = is_stated(block, self.evidence.stated)
        described = self.evidence.describes(block)
        mask = self.evidence.mask(block)
        for share, node in zip(_SHARES, block.home.chain(), strict=False):
            self.tally[node] = self.tally.get(node, 0.0) + score * share
            self.first.setdefault(node, block.index)
        for node in block.node.chain():
            self.prose[node] += score  # type: ignore[assignment]
            self.masks[node] = self.masks.get(node, 0) | mask
            if confirmed:
                self.said[node] += score  # type: ignore[assignment]
            if described:
                self.described[node] += score  # type: ignore[assignment]

    def best(self, h1s: list[int], titles: list[int], favoured: str) -> Node | None:
        """The candidate with most points, as its agreement, its names and its place weigh them."""
        best, best_score = None, 0.0
        for node, points_ in self.tally.items():
            score = points_ * _name_factor(node) * _place_factor(self.first[node], h1s, titles)
            score *= self._agreement_factor(node)
            score *= 1 + 1.5 * self.said[node] / self.prose[node]
            score *= 0.5 if self.described[node] == self.prose[node] else 1.0  # a standfirst's own box
            score *= 1.3 if favoured and node.signature == favoured else 1.0
            if score > best_score:
                best, best_score = node, score
        return best

    def agreement(self, node: Node) -> float:
        """How far a box agrees with the evidence, where 1 is the most that any box of the page does."""
        return (_BARELY + self.evidence.share(self.masks.get(node, 0))) / (_BARELY + self.agreeing)

    def _agreement_factor(self, node: Node) -> float:
        """What agreement makes of a box's points; the box that the headline leads into needs no other witness."""
        return 1.0 if node in self.led else min(1.0, self.agreement(node) / _AGREES) ** (2 * self.trust)

    def narrowed(self, best: Node, h1s: list[int], titles: list[int]) -> Node:
        """The part of a box that is the story, while the box holds another story beside it."""
        while (branch := self._own_branch(best, h1s, titles)) is not None:
            best = branch
        return best

    def _own_branch(self, box: Node, h1s: list[int], titles: list[int]) -> Node | None:
        """The one of a box's branches that leads with the headline, when much of the others tells something else."""
        branches = [n for n in self.prose if n.parent is box and n.tag not in LEAVES]
        if len(branches) < 2:
            return None
        leading = [n for n in branches if self._is_titled(n, titles) and n.tag != "header"]
        own = max(leading, key=lambda n: (self.agreement(n), self.prose[n]), default=None)
        if own is None or self.agreement(own) < _AGREES:
            return None
        shapes = {shape(b) for b, score in zip(self.blocks, self.scores, strict=True) if score and _within(b, own)}
        others = [n for n in branches if n is not own and self._is_strange(n, own, shapes, h1s, titles)]
        strange = sum(self.prose[n] for n in others)
        return own if strange >= _LEAST * self.prose[box] else None

    def _is_titled(self, node: Node, titles: list[int]) -> bool:
        return any(_within(self.blocks[i], node) for i in titles)

    def _is_strange(
        self, node: Node, own: Node, shapes: set[tuple[str, ...]], h1s: list[int], titles: list[int]
    ) -> bool:
        """True for a branch that agrees with little of what the page says, under a headline or in a way of its own."""
        if any(i not in titles and _within(self.blocks[i], node) for i in h1s):
            return True
        if self.agreement(node) > _STRANGE * self.agreement(own) or self.said[node]:
            return False
        return not any(
            shape(b) in shapes for b, score in zip(self.blocks, self.scores, strict=True) if score and _within(b, node)
        )


def _within(block: TextBlock, node: Node) -> bool:
    outer: Node | None = block.node
    while outer is not None:
        if outer is node:
            return True
        outer = outer.parent
    return False


def _name_factor(node: Node) -> float:
    """What the node's own and its parents' names and tags make of its points."""
    flags = labels.flags(node.label)
    near = [n for _, n in zip(range(5), node.chain(), strict=False)]
    factor = 1.25 if flags & BODY else 1.0
    if node.tag in ("article", "main"):
        factor *= 1.1
    if any(labels.flags(n.label) & COMMENTS and not labels.flags(n.label) & ARTICLE for n in near):
        factor *= 0.2
    if flags & (NAVIGATION | RELATED | AD | SIDE) and not flags & BODY:
        factor *= 0.6
    if any(n.tag in _APART for n in near):
        factor *= 0.25
    if node.tag in LISTS:
        factor *= 0.5
    if node.tag in ("body", "html"):
        factor *= 0.6
    return factor


def _place_factor(start: int, h1s: list[int], titles: list[int]) -> float:
    """What the place after or before the headline makes of a container's points."""
    if not titles:
        return 1.0
    factor = 0.6 if start < titles[0] - 3 else 1.0
    before = [i for i in h1s if i <= start]
    if before and before[-1] not in titles:  # stands under another article's headline
        factor *= 0.5
    return factor


def _is_title(text: str, headlines: Container[str] | list[str]) -> bool:
    return any(fold.likeness(text, known) >= 0.6 for known in headlines)  # type: ignore[union-attr]


def _frame(block: TextBlock) -> tuple[str, ...]:
    """Tags and the named box two levels up: what the parts of one story share when a part's own box is special."""
    names = shape(block)
    return (block.node.tag, block.home.tag, names[2]) if len(names) == 3 and "." in names[2] else ()


def _extended(
    document: Document,
    inside: list[bool],
    scores: list[float],
    best: Node,
    h1s: list[int],
    titles: list[int],
    evidence: Evidence,
) -> list[bool]:
    """The container's blocks and those of its twins: bodies are often split by advertisements into several boxes."""
    blocks = document.blocks
    prose: Counter[tuple[str, ...]] = Counter()
    total = 0.0
    for block, score, member in zip(blocks, scores, inside, strict=True):
        if member and score:
            total += score
            for kind in (shape(block), _frame(block)):
                prose[kind] += score  # type: ignore[assignment]
    usual = {s for s, weight in prose.items() if s and weight >= 0.2 * total}
    top = _top(best)
    twins = {
        b.home
        for b, score, member in zip(blocks, scores, inside, strict=True)
        if not member and score and (shape(b) in usual or _frame(b) in usual) and _within(b, top)
    }
    start = inside.index(True)
    whole = next(
        (n for n in reversed(list(best.chain())) if n.tag not in _WHOLE and labels.flags(n.label) & BODY), best
    )
    for b, score in zip(blocks[:start], scores, strict=False):  # what leads into the story, in its own box
        if (
            not labels.flags(best.label) & BODY
            and b.node.tag == "p"
            and score
            and b.index > max(titles, default=start)
            and _within(b, whole)
        ):
            twins.add(b.home)
    twins.update(_openings(blocks[max(titles, default=start) : start], best, evidence))
    after = [i for i in h1s if i > start and i not in titles]
    stop = after[0] if after and not inside[after[0]] else len(blocks)
    return [
        member or (b.index < stop and (b.node in twins or b.node.parent in twins))
        for b, member in zip(blocks, inside, strict=True)
    ]


def _openings(between: list[TextBlock], best: Node, evidence: Evidence) -> set[Node]:
    """The boxes of paragraphs that open the story above its container: prose under the headline that speaks of it.

    The first must agree with what the page says; those after it follow. A description shown apart is the standfirst.
    """
    around = set(best.chain())
    homes: set[Node] = set()
    for block in between:
        if not block.points or block.node.tag != "p" or not block.text.endswith(_ENDS) or evidence.describes(block):
            continue
        named = [n for n in block.home.chain() if n not in around]
        if any(n.tag in _NO_OPENING or labels.flags(n.label) & _NOT_OPENING for n in (block.node, *named)):
            continue
        if homes or evidence.mask(block).bit_count() >= _SPEAKS:
            homes.add(block.home)
    return {home for home in homes if home not in around}


def _top(best: Node) -> Node:
    """How far up the article may reach: its `<article>`, or six levels."""
    chain = list(best.chain())
    for node in chain:
        if node.tag == "article":
            return node
    near = [n for n in chain[1:] if n.tag not in ("body", "html")][:6]
    return near[-1] if near else best
