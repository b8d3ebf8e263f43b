"""Where the article stands on the page: the container that holds its paragraphs, found on a page seen alone.

Paragraph-like blocks give their ancestors points, by length, distance and share of links; what the ancestors are
called and what the page says about itself (JSON-LD `articleBody`, the headline) weigh them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property

from tracker.extractor import labels
from tracker.extractor.body.evidence import Evidence
from tracker.extractor.document import Document, Node, TextBlock
from tracker.extractor.labels import BYLINE, CAPTION, HIDDEN, PROMO, SERVICE, SOCIAL, TAGS
from tracker.extractor.tags import HEADINGS

_OF_PARAGRAPHS = SERVICE | CAPTION | BYLINE | SOCIAL | TAGS | HIDDEN
_CARD = 50  # words of a teaser card
_FORM_TEXT = 120  # words beside which a form is a part, not the purpose, of a box
_FORM_WORDS = 8  # that make such a box, outside the form and its labels
_OF_FORMS = frozenset(("form", "label"))


class Region:
    """The part of the page that the article takes: which blocks stand in it, and how much text each node holds.

    `titles` are the indexes of the blocks that say the article's headline, `evidence` what the page says of its story;
    `start` is the first block inside, `prose` and `prose_end` the first and the last of the story's own paragraphs.
    """

    def __init__(
        self,
        document: Document,
        member: list[bool],
        main: Node | None,
        titles: list[int],
        evidence: Evidence | None = None,
    ) -> None:
        self.document = document
        self.member = member
        self.main = main
        self.titles = titles
        self.evidence = evidence
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
        prose = [b for b, inside in zip(document.blocks, member, strict=True) if inside and b.points]
        own = [b for b in prose if self.at_home(b)] or prose
        self.prose = own[0].index if own else self.start
        self.prose_end = own[-1].index if own else self.start
        self.hidden_is_fine = hidden > 0.4 * self.total
        self.links_are_fine = linked > 0.5 * self.total
        self.teasers = {
            b.node.parent
            for b in document.blocks
            if b.node.tag in HEADINGS and b.link_share > 0.9 and b.words >= 3 and b.node.parent is not None
        }
        near = (node for teaser in self.teasers for node in (teaser, teaser.parent) if node is not None)
        self._cards = {node.signature.partition(".")[2] for node in near}  # how boxes of other stories are named
        self._condemned: dict[Node, bool] = {}
        self._small: dict[Node, tuple[int, frozenset[str], bool]] = {}

    def at_home(self, block: TextBlock) -> bool:
        """True where much of the article stands side by side."""
        return self.weights[block.home] >= 0.2 * self.total

    def beside(self, block: TextBlock) -> bool:
        """True where the box around a block holds much of the article too, and the block is one of its parts."""
        parent = block.home if block.home is not block.node else block.node.parent
        return parent is not None and self.weights[parent] >= 0.2 * self.total

    def begins(self, block: TextBlock) -> bool:
        """True for prose before the first paragraph that no box of promotion holds, when it stands as that does.

        Outlets call the free beginning of a story its teaser.
        """
        return block.path == self._own_path and block.index < self._unpromoted and block.points > 0

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

    def condemned(self, box: Node, judge: Callable[[Node, Region], bool]) -> bool:
        """What a judge says of a box, asked once."""
        if box not in self._condemned:
            self._condemned[box] = judge(box, self)
        return self._condemned[box]

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
                    usual = self.named[names] >= 0.5 * self.total and names not in self._cards
                    own &= 0 if usual else ~_OF_PARAGRAPHS
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


def shape(block: TextBlock) -> tuple[str, ...]:
    """The signatures of a block's node and its two nearest ancestors."""
    return tuple(node.signature for _, node in zip(range(3), block.node.chain(), strict=False))
