"""Where the article stands on the page: the container that holds its paragraphs, found on a page seen alone.

Paragraph-like blocks give their ancestors points, by length, distance and share of links; what the ancestors are
called and what the page says about itself (JSON-LD `articleBody`, the headline) weigh them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from functools import cached_property

from tracker.extractor import fold, labels
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
from tracker.extractor.structured import Structured, plain
from tracker.extractor.tags import HEADINGS, LISTS

_SHARES = (1, 0.75, 0.5, 0.35, 0.25, 0.2)  # of a paragraph's points, by the ancestor's distance
_WHOLE = frozenset(("article", "main", "body", "html"))
_COMMENT = re.compile(
    r"(?<![a-z])(?:comments?|kommentare?|komentarze|commentaires?|comentarios|reacties|disqus)(?![a-z])"
)
_OF_PARAGRAPHS = SERVICE | CAPTION | BYLINE | SOCIAL | TAGS | HIDDEN
_CARD = 50  # words of a teaser card
_FORM_TEXT = 120  # words beside which a form is a part, not the purpose, of a box
_FORM_WORDS = 8  # that make such a box, outside the form and its labels
_OF_FORMS = frozenset(("form", "label"))
_APART = frozenset(("aside", "nav", "footer", "form"))
_CAREFUL = frozenset(("li", "td", "tr", "figcaption", "h1", "h2", "h3", "h4"))


class Region:
    """The part of the page that the article takes: which blocks stand in it, and how much text each node holds.

    `titles` are the indexes of the blocks that say the article's headline; `start` is the first block inside.
    """

    def __init__(self, document: Document, member: list[bool], main: Node | None, titles: list[int]) -> None:
        self.document = document
        self.member = member
        self.main = main
        self.titles = titles
        self.start = next((i for i, inside in enumerate(member) if inside), len(member))
        self.weights: Counter[Node] = Counter()
        self.named: Counter[str] = Counter()  # by class names, of whatever node
        self.total = 0.0
        hidden = linked = 0.0
        for block, inside in zip(document.blocks, member, strict=True):
            if inside:
                self.total += block.words
                hidden += block.words * block.hidden
                linked += block.words * (block.link_share > 0.8)
                for node in block.node.chain():
                    self.weights[node] += block.words  # type: ignore[assignment]
                    self.named[node.signature.partition(".")[2]] += block.words  # type: ignore[assignment]
        prose = [b for b, inside in zip(document.blocks, member, strict=True) if inside and points(b)]
        at_home = (b.index for b in prose if self.at_home(b))
        self.prose = next(at_home, prose[0].index if prose else self.start)  # the first of the story's own paragraphs
        self.hidden_is_fine = hidden > 0.4 * self.total
        self.links_are_fine = linked > 0.5 * self.total
        self.teasers = {
            b.node.parent
            for b in document.blocks
            if b.node.tag in HEADINGS and b.link_share > 0.9 and b.words >= 3 and b.node.parent is not None
        }
        self._small: dict[Node, tuple[int, frozenset[str], bool]] = {}

    def at_home(self, block: TextBlock) -> bool:
        """True where much of the article stands side by side."""
        return self.weights[block.home] >= 0.2 * self.total

    def begins(self, block: TextBlock) -> bool:
        """True for prose before the first paragraph that no box of promotion holds, when it stands as that does.

        Outlets call the free beginning of a story its teaser.
        """
        return block.path == self._own_path and block.index < self._unpromoted and points(block) > 0

    @cached_property
    def _unpromoted(self) -> int:
        own = (b for b in self.document.blocks if self.member[b.index] and b.path == self._own_path)
        return next((b.index for b in own if not self.around(b.node)[0] & PROMO), 0)

    @cached_property
    def _own_path(self) -> str:
        sizes: Counter[str] = Counter()
        for block, inside in zip(self.document.blocks, self.member, strict=True):
            if inside:
                sizes[block.path] += block.words  # type: ignore[assignment]
        best = max(sizes, key=lambda path: sizes[path], default="")
        return best if "." in best.rpartition(">")[0] and sizes[best] >= 0.5 * self.total else ""

    def in_teaser(self, block: TextBlock) -> bool:
        """True for the text under a heading that is a link, in a small box of their own: a card of another story."""
        for _, node in zip(range(3), block.node.chain(), strict=False):
            if node in self.teasers:
                return self.weights[node] < _CARD
        return False

    def around(self, node: Node) -> tuple[int, frozenset[str], bool]:
        """Of the nodes around a block that hold little of the article: label flags, tags, whether one is a form's."""
        known = self._small.get(node)
        if known is None:
            if self.weights[node] >= 0.2 * self.total or node.parent is None:
                known = (0, frozenset(), False)
            else:
                flags, tags, form = self.around(node.parent)
                own = labels.flags(node.label)
                names = node.signature.partition(".")[2]
                if names and self.named[names] >= 0.2 * self.total:  # how this outlet names its own paragraphs
                    own &= ~_OF_PARAGRAPHS
                known = (flags | own, tags | {node.tag}, form or self._is_form(node))
            self._small[node] = known
        return known

    def _is_form(self, node: Node) -> bool:
        """True for a box that is there for its form: it holds little of the article, and no smaller box is."""
        return node.controls > 0 and self.weights[node] < _FORM_TEXT and node not in self._around_forms

    @cached_property
    def _around_forms(self) -> set[Node]:
        """The nodes around a smaller box that holds a form and the words that speak of it."""
        beside: Counter[Node] = Counter()
        for block in self.document.blocks:
            for node in block.node.chain():
                if node.tag in _OF_FORMS:
                    break
                if node.controls:
                    beside[node] += block.words  # type: ignore[assignment]
        return {
            outer
            for node, words in beside.items()
            if words >= _FORM_WORDS and node.parent is not None
            for outer in node.parent.chain()
        }


def points(block: TextBlock) -> float:
    """How much a block looks like a paragraph of prose, in words (at most 60)."""
    if block.words < 8 or block.link_share > 0.35 or (block.node.tag in _CAREFUL and block.words < 25):
        return 0.0
    return min(block.words, 60) * (1 - block.link_share)


def find(document: Document, data: Structured, headlines: Container[str] | list[str], favoured: str = "") -> Region:
    """The article's region of a page seen alone; `favoured` is the container that this source's articles use."""
    blocks = document.blocks
    marked = [any(n.element.get(MARK) for n in b.node.chain()) for b in blocks] if document.marked else []
    if any(marked):
        return Region(document, marked, None, [])
    scores = [points(b) for b in blocks]
    h1s = [b.index for b in document.h1s]
    titles = [i for i in h1s if _is_title(blocks[i].text, headlines)]
    stated = stated_body(data)
    _silence_comments(blocks, scores)
    best = _best(blocks, scores, h1s, titles, stated, favoured)
    if best is None:
        return Region(document, [False] * len(blocks), None, titles)
    member = [best in set(b.node.chain()) for b in blocks]
    return Region(document, _extended(document, member, scores, best, h1s, titles), best, titles)


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


def stated_body(data: Structured) -> str:
    """The key of JSON-LD `articleBody`, or an empty string when it is missing or too short to tell anything."""
    text = data.article.get("articleBody")
    if isinstance(text, list):
        text = " ".join(t for t in text if isinstance(t, str))
    return fold.key(plain(text)) if isinstance(text, str) and len(text) > 200 else ""


def is_stated(block: TextBlock, stated: str) -> bool:
    """True when the page's own `articleBody` holds this block, or its beginning."""
    return bool(stated) and len(block.folded) > 30 and (block.folded in stated or block.folded[:30] in stated)


def _best(
    blocks: list[TextBlock], scores: list[float], h1s: list[int], titles: list[int], stated: str, favoured: str
) -> Node | None:
    tally: dict[Node, float] = {}
    first: dict[Node, int] = {}
    said: Counter[Node] = Counter()
    prose: Counter[Node] = Counter()
    for block, score in zip(blocks, scores, strict=True):
        if not score:
            continue
        confirmed = is_stated(block, stated)
        for share, node in zip(_SHARES, block.home.chain(), strict=False):
            tally[node] = tally.get(node, 0.0) + score * share
            first.setdefault(node, block.index)
            prose[node] += score  # type: ignore[assignment]
            if confirmed:
                said[node] += score  # type: ignore[assignment]
    best, best_score = None, 0.0
    for node, points_ in tally.items():
        score = points_ * _name_factor(node) * _place_factor(first[node], h1s, titles)
        score *= 1 + 1.5 * said[node] / prose[node]
        score *= 1.3 if favoured and node.signature == favoured else 1.0
        if score > best_score:
            best, best_score = node, score
    return best


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


def shape(block: TextBlock) -> tuple[str, ...]:
    """The signatures of a block's node and its two nearest ancestors."""
    return tuple(node.signature for _, node in zip(range(3), block.node.chain(), strict=False))


def _frame(block: TextBlock) -> tuple[str, ...]:
    """Tags and the named box two levels up: what the parts of one story share when a part's own box is special."""
    names = shape(block)
    return (block.node.tag, block.home.tag, names[2]) if len(names) == 3 and "." in names[2] else ()


def _extended(
    document: Document, inside: list[bool], scores: list[float], best: Node, h1s: list[int], titles: list[int]
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
        if not member and score and (shape(b) in usual or _frame(b) in usual) and top in set(b.node.chain())
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
            and whole in set(b.node.chain())
        ):
            twins.add(b.home)
    after = [i for i in h1s if i > start and i not in titles]
    stop = after[0] if after and not inside[after[0]] else len(blocks)
    return [
        member or (b.index < stop and (b.node in twins or b.node.parent in twins))
        for b, member in zip(blocks, inside, strict=True)
    ]


def _top(best: Node) -> Node:
    """How far up the article may reach: its `<article>`, or six levels."""
    chain = list(best.chain())
    for node in chain:
        if node.tag == "article":
            return node
    near = [n for n in chain[1:] if n.tag not in ("body", "html")][:6]
    return near[-1] if near else best
