"""A page as the extractor works with it: one parse, the visible text as blocks, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import lxml.etree as etree

from tracker.errors import Unreadable
from tracker.extractor import fold, labels, limits
from tracker.extractor.tags import BLOCKS, CELLS, CONTROLS, EMPHASIS, HEADINGS, INVISIBLE, LEAVES, METADATA, TITLES

MARK = "data-tracker-rule"  # how a source's own rules speak to the reading, see `rules`
_MARK = MARK.encode()
_CELL = 120  # characters of a table cell that is read as part of its row
_NAMES = ("class", "id", "role", "itemprop", "data-component", "data-testid", "data-module", "data-type", "data-qa")
_UNSTABLE = re.compile(r"\d|^(css|sc|jsx|emotion|styled)-|[a-z][A-Z]{2}|__[a-zA-Z]*[A-Z][a-zA-Z]*$")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)
_CALLED = labels.COMMENTS | labels.NAVIGATION | labels.SIDE
_DROP_CAP = re.compile(r"drop-?_?cap|initial|first-?_?letter|lettrine|versal|big-?_?letter|kapitälchen")
_CAREFUL = frozenset(("li", "td", "tr", "figcaption"))  # prose in them is long
_CAP = 4  # characters that a large first letter takes, with white space
_LETTER_WORDS = frozenset("AÀÁEÉÈIOÓÒUYZÅÖÍVKSWŽАВИКОСУЯІЄЗЙ")  # in one of the languages a word, or a sentence's first
_WORD = re.compile(r"\w")


class Node:
    """A block-level element: its tag, its parents, what its names say. Inline elements have no node."""

    __slots__ = ("_label", "_signature", "aims", "controls", "element", "hidden", "parent", "parts", "tag")

    def __init__(self, element: Any, tag: str, parent: Node | None, hidden: bool) -> None:
        self.element = element
        self.tag = tag
        self.parent = parent
        self.hidden = hidden
        self.aims: set[str] = parent.aims if parent is not None else set()  # ids that links of the page lead to
        self.controls = 0
        self.parts = 0  # boxes with text, and texts, that stand directly in it; 1 only for a box around a box
        self._label: str | None = None
        self._signature: str | None = None

    @property
    def label(self) -> str:
        """Class, id, role and other names of the element in one lower-case string; an id that links lead to is none."""
        if self._label is None:
            get = self.element.get
            names = _NAMES if not (name := get("id")) or not self._is_slug(name) else _NAMES[:1] + _NAMES[2:]
            self._label = " ".join([value for name in names if (value := get(name))]).lower()[:400]
        return self._label

    def _is_slug(self, name: str) -> bool:
        """True for an id that links lead to, or that repeats the heading inside in three words or more.

        "#comments" and "#nav" are what they are called, though links lead there.
        """
        if name not in self.aims:
            if len(re.split(r"[-_]", name)) < 3:
                return False
            heading = next(self.element.iter(*HEADINGS), None)
            if heading is None or fold.key(name) not in fold.key("".join(heading.itertext())):
                return False
        return not labels.flags(name.lower()) & _CALLED

    @property
    def signature(self) -> str:
        """Tag and stable class names: the same from one request to the next, whatever hashes a build adds."""
        if self._signature is None:
            self._signature = _signature(self.tag, self.element.get("class") or "")
        return self._signature

    def chain(self) -> Iterator[Node]:
        """This node and its ancestors, nearest first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


class TextBlock:
    """A run of visible text that stands on its own. Lengths count code points."""

    __slots__ = (
        "_folded",
        "_points",
        "_words",
        "emphasised",
        "hidden",
        "index",
        "link_chars",
        "linked_end",
        "links",
        "node",
        "text",
    )

    def __init__(self, text: str, node: Node, index: int, marks: list[int], linked_end: bool) -> None:
        self.text = text
        self.node = node
        self.index = index
        self.link_chars = min(marks[0], len(text))
        self.links = marks[1]
        self.emphasised = marks[2] >= 0.9 * len(text)
        self.linked_end = linked_end
        self.hidden = node.hidden
        self._folded: str | None = None
        self._words = -1.0
        self._points = -1.0

    @property
    def folded(self) -> str:
        """The text's key, see `fold.key`."""
        if self._folded is None:
            self._folded = fold.key(self.text)
        return self._folded

    @property
    def words(self) -> float:
        """The text's length as an editor counts, see `fold.words`."""
        if self._words < 0:
            self._words = fold.words(self.text)
        return self._words

    @property
    def points(self) -> float:
        """How much the block looks like a paragraph of prose, in words (at most 60)."""
        if self._points < 0:
            self._points = _points(self)
        return self._points

    @property
    def path(self) -> str:
        """The block's place: its own signature and its parent's."""
        node = self.node
        return f"{node.parent.signature}>{node.signature}"[-80:] if node.parent else node.signature

    @property
    def link_share(self) -> float:
        """Share of the text that is link text."""
        return self.link_chars / max(1, len(self.text))

    @property
    def home(self) -> Node:
        """The node whose paragraphs this block is one of: the parent of a paragraph, or the text's own box."""
        node = self.node
        return node.parent if node.tag in LEAVES and node.parent is not None else node


def _points(block: TextBlock) -> float:
    tag = block.node.tag
    if block.words < 8 or block.link_share > 0.35 or tag in TITLES or (tag in _CAREFUL and block.words < 25):
        return 0.0
    return min(block.words, 60) * (1 - block.link_share)


class Document:
    """A parsed page: its elements, its title, and its visible text as `blocks` in page order.

    `h1s` are the blocks that stand in a first-level heading.
    """

    def __init__(self, html: str, url: str) -> None:
        limits.check(html, url)
        self.url = url
        page = html.encode("utf-8", "replace").replace(b"\x00", b"")
        self.marked = _MARK in page
        self.root = _parse(page, url)
        self.blocks: list[TextBlock] = []
        body = self.root.find("body")
        _Walker(self.blocks, url).walk(body if body is not None else self.root)
        _skip_wrappers(self.blocks)
        self.h1s = [block for block in self.blocks if in_h1(block)]
        self.title = fold.tidy(self.root.findtext(".//title") or "")


def in_h1(block: TextBlock) -> bool:
    """True when the block is a first-level heading or stands directly in one."""
    node = block.node
    return node.tag == "h1" or (node.parent is not None and node.parent.tag == "h1")


def _skip_wrappers(blocks: list[TextBlock]) -> None:
    """Take out of the chains every box whose whole text is one other box and whose names say nothing.

    Templates gain and lose such wrappers; where the article stands must not depend on how many there are.
    """
    done: set[Node] = set()
    for block in blocks:
        for node in block.node.chain():
            if node in done:
                break
            done.add(node)
            while (parent := node.parent) is not None and parent.parts == 1 and _is_wrapper(parent, node):
                node.parent = parent.parent


def _is_wrapper(node: Node, inner: Node) -> bool:
    return (
        node.tag in ("div", "section")
        and inner.tag not in LEAVES
        and node.parent is not None
        and node.signature == node.tag
        and not labels.flags(node.label)
        and node.element.get(MARK) is None
    )


@lru_cache(maxsize=16384)
def _signature(tag: str, names: str) -> str:
    stable = sorted(name for name in names.split()[:12] if not _UNSTABLE.search(name))
    return ".".join([tag, *stable[:3]])[:80]


def _parse(page: bytes, url: str) -> Any:
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(page, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{url}: no HTML in this page ({error}); look at it with `tracker extract`") from None
    if root is None:
        raise Unreadable(f"{url}: the page is empty")
    _close_head(root)
    return root


def _close_head(root: Any) -> None:
    """Let the body begin where it begins for a browser: libxml2 leaves HTML 5 elements in a head that no tag closes."""
    head = root.find("head")
    if head is None:
        return
    start = next((i for i, child in enumerate(head) if child.tag not in METADATA), None)
    if start is None:
        return
    strays = list(head)[start:]
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    if body.text:
        strays[-1].tail = (strays[-1].tail or "") + body.text
        body.text = None
    body[:0] = strays


class _Walker:
    """Collects the text blocks of a tree, in one pass."""

    def __init__(self, blocks: list[TextBlock], url: str) -> None:
        self.blocks = blocks
        self.url = url
        self.parts: list[str] = []
        self.marks = [0, 0, 0]  # characters in links, links, characters in bold or italics
        self.marked = False
        self.breaks = 0
        self.linked_end = False
        self.cap = False  # a large first letter was said last

    def walk(self, element: Any) -> None:
        node = Node(element, element.tag, None, False)
        self._visit(element, node, 0, False, False)
        self._flush(node)

    def _flush(self, node: Node) -> None:
        parts = self.parts
        text = fold.tidy("".join(parts) if len(parts) > 1 else parts[0]) if parts else ""
        parts.clear()
        self.breaks = 0
        self.cap = False
        if text and (text[0].isalnum() or _WORD.search(text)):
            self.blocks.append(TextBlock(text, node, len(self.blocks), self.marks, self.linked_end))
            node.parts += 2
        if self.marked:
            self.marks = [0, 0, 0]
            self.marked = False

    def _say(self, text: str, link: bool, emphasis: bool) -> None:
        if self.cap:
            text = self._after_cap(text)
        if text.isspace():
            if self.parts:
                self.parts.append(" ")
            return
        self.parts.append(text)
        self.breaks = 0
        self.linked_end = link
        if link or emphasis:
            self.marked = True
            size = len(text.strip())
            self.marks[0] += size * link
            self.marks[2] += size * emphasis

    def _after_cap(self, text: str) -> str:
        """What follows a large first letter: the rest of its word without the space that sets the letter off."""
        rest = text.lstrip()
        if not rest:
            return text
        self.cap = False
        if rest[0].islower():
            self.parts[:] = ["".join(self.parts).strip()]
            return rest
        return text

    def _visit(self, element: Any, node: Node, depth: int, link: bool, emphasis: bool) -> None:
        if depth > limits.DEPTH:
            raise Unreadable(f"{self.url}: the page nests more than {limits.DEPTH} elements and cannot be read safely")
        parts = self.parts
        if (text := element.text) and (parts or not text.isspace()):
            self._say(text, link, emphasis)
        for child in element:
            tag = child.tag
            if tag in BLOCKS:
                if tag in CELLS and _is_plain(child):
                    self._cell(child, node, depth, link, emphasis)
                else:
                    if parts:
                        self._flush(node)
                    inner = Node(child, tag, node, node.hidden or _is_hidden(child))
                    self._visit(child, inner, depth + 1, link, emphasis)
                    if parts:
                        self._flush(inner)
                    node.parts += inner.parts > 0
                    if inner.controls or tag == "form":
                        node.controls += inner.controls or 1
            elif tag in INVISIBLE:
                if tag in CONTROLS and child.get("type") != "hidden":
                    node.controls += 1
            elif tag == "br":
                self._break(node)
            elif isinstance(tag, str) and not _is_hidden(child):
                linked, strong = link, emphasis
                if tag == "a":
                    self.marks[1] += not link
                    if (aim := child.get("href")) and aim[0] == "#":
                        node.aims.add(aim[1:])
                    self.marked = linked = True
                elif tag in EMPHASIS:
                    strong = True
                opens = not parts
                if len(child):
                    self._visit(child, node, depth + 1, linked, strong)
                elif (text := child.text) and (parts or not text.isspace()):
                    self._say(text, linked, strong)
                if opens and parts and len(parts[0]) < _CAP:
                    self.cap = _is_drop_cap(child, parts)
            if (text := child.tail) and (parts or not text.isspace()):
                self._say(text, link, emphasis)

    def _cell(self, element: Any, node: Node, depth: int, link: bool, emphasis: bool) -> None:
        self._say(" ", link, emphasis)
        self._visit(element, node, depth + 1, link, emphasis)
        self._say(" ", link, emphasis)

    def _break(self, node: Node) -> None:
        """One line break is a space; two make a paragraph."""
        self.breaks += 1
        if not self.parts:
            return
        if self.breaks >= 2:
            self._flush(node)
        else:
            self.parts.append(" ")


def _is_drop_cap(element: Any, parts: list[str]) -> bool:
    """True for the first letter of a word, set large in an element of its own that is called so.

    A letter that is a word by itself keeps the space after it.
    """
    letter = "".join(parts).strip()
    named = len(letter) == 1 and letter not in _LETTER_WORDS
    return named and _DROP_CAP.search((element.get("class") or "").lower()) is not None


def _is_plain(cell: Any) -> bool:
    """True for a table cell that holds a few words and no blocks: rows of such cells are read as one line."""
    return not any(e.tag in BLOCKS for e in cell.iterdescendants()) and len("".join(cell.itertext())) < _CELL


def _is_hidden(element: Any) -> bool:
    get = element.get
    if get("hidden") is not None:
        return True
    style = get("style")
    return style is not None and "none" in style and _HIDDEN_STYLE.search(style) is not None
