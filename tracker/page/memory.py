"""A source's memory of its pages: which texts stood where, and what its articles' pages always say. Pure and bounded.

It is the part `pages` of a source's profile, a JSON object that explains itself: `{article: {"at": address,
"headline": …, "sketch": …, "marks": …, "claims": …}}`, and under `article?` what stood there and was not believed, with
`since`, when it was first seen there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tracker.model import PageTraits, SourceProfile, iso
from tracker.page import sketches

KEY: Final = "pages"

MOST = 128
"""Texts that are remembered of a source."""

_HEADLINE = 120  # characters of one that are kept

NEARLY_ALL = 0.9
"""What so many of a source's articles carry, all of them are expected to."""

ENOUGH = 3
"""Pages from which it can be told what most of a source's pages are like."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An article at whose address a text stood, under which headline, and whether it was believed to be its own.

    `claims` is the other address that the page called its own there. `passed` is whether it stood there for a while,
    later than it began to stand at the address of the article that is asked about, and nowhere else.
    """

    article: str
    address: str
    headline: str
    believed: bool
    claims: str = ""
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a source's pages, ready to be asked about one article."""

    pages: Mapping[str, Mapping[str, str]]
    article: str

    def standing_elsewhere(
        self, sketch: str, alike: Callable[[str, str], bool] = sketches.same, *, believed: bool = False
    ) -> Standing | None:
        """Where this text stood lately at another article's address; a place where it was not believed comes first.

        `alike` says which sketches are of one text; `believed` asks only for places where it was.
        """
        names = [
            name
            for name, page in self.pages.items()
            if name.rstrip("?") != self.article
            and not (believed and name.endswith("?"))
            and alike(str(page.get("sketch", "")), sketch)
        ]
        if not names:
            return None
        name = next((name for name in names if name.endswith("?")), names[0])
        page = self.pages[name]
        return Standing(
            name.rstrip("?"),
            str(page.get("at", "")),
            str(page.get("headline", "")),
            believed=not name.endswith("?"),
            claims=str(page.get("claims", "")),
            passed=len(names) == 1 and self._passed(name, sketch, alike),
        )

    def _passed(self, name: str, sketch: str, alike: Callable[[str, str], bool]) -> bool:
        """Whether an article shows its own again since another text stood there, which stood here before it did."""
        ours, order = self.pages.get(f"{self.article}?"), list(self.pages)
        if ours is None or not name.endswith("?") or name[:-1] not in self.pages:
            return False
        earlier = alike(str(ours.get("sketch", "")), sketch) and "" < str(ours.get("since", "")) < str(
            self.pages[name].get("since", "")
        )
        return earlier and order.index(name[:-1]) > order.index(name)

    def expects(self, mark: str) -> bool:
        """Whether this article's page carried a mark when it was last believed; else, whether the source's do."""
        own = self.pages.get(self.article)
        return mark in str(own.get("marks", "")) if own is not None else self.usual(mark)

    def usual(self, mark: str) -> bool:
        """Whether nearly all of the source's articles carry a mark."""
        carried = [mark in str(page.get("marks", "")) for name, page in self.pages.items() if not name.endswith("?")]
        return bool(carried) and sum(carried) >= NEARLY_ALL * len(carried)

    def common(self, mark: str) -> bool:
        """Whether half of the source's other pages carry a mark, believed or not: that is how it shows its articles."""
        others: dict[str, bool] = {}
        for name, page in self.pages.items():
            if name.rstrip("?") != self.article:
                others[name.rstrip("?")] = mark in str(page.get("marks", ""))
        return len(others) >= ENOUGH and sum(others.values()) * 2 >= len(others)

    @property
    def address(self) -> str:
        """Where this article was read when it was last believed; empty when that is forgotten."""
        return str(self.pages.get(self.article, {}).get("at", ""))

    @property
    def claims(self) -> str:
        """The other address that this article's page called its own when it was last believed; empty when none."""
        return str(self.pages.get(self.article, {}).get("claims", ""))


def recall(profile: SourceProfile | None, article: str) -> Memory:
    """The memory in a source's profile. What is damaged is forgotten."""
    pages = profile.get(KEY) if isinstance(profile, Mapping) else None
    if not isinstance(pages, Mapping):
        return Memory({}, article)
    return Memory({str(k): v for k, v in pages.items() if isinstance(v, Mapping)}, article)


def returned(pages: dict[str, dict[str, str]], article: str) -> dict[str, dict[str, str]]:
    """The pages when an article shows again what it said before another text stood there; the very same otherwise."""
    order = list(pages)
    if article not in pages or f"{article}?" not in pages or order.index(article) > order.index(f"{article}?"):
        return pages
    return {**{name: page for name, page in pages.items() if name != article}, article: pages[article]}


def remember(
    pages: Mapping[str, Any], article: str, traits: PageTraits, now: datetime, *, believed: bool
) -> dict[str, dict[str, str]]:
    """The pages with one more text among them, read at `now`; the oldest give way."""
    name = article if believed else f"{article}?"
    kept = {str(k): dict(v) for k, v in pages.items() if isinstance(v, Mapping) and k != name}
    headline = traits.headline[:_HEADLINE]
    kept[name] = {"at": traits.address, "headline": headline, "sketch": traits.sketch, "marks": traits.marks}
    if traits.claims:
        kept[name]["claims"] = traits.claims
    if not believed:
        before = pages.get(name)
        since = ""
        if isinstance(before, Mapping) and sketches.alike(str(before.get("sketch", "")), traits.sketch):
            since = str(before.get("since", ""))
        kept[name]["since"] = since or iso(now)
    return dict(list(kept.items())[-MOST:])
