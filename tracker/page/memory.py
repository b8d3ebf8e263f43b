"""A source's memory of its pages: which texts stood where, and what its articles' pages always say. Pure and bounded.

It is the part `pages` of a source's profile, a JSON object that explains itself: `{article: {"at": address,
"headline": …, "sketch": …, "marks": …}}`, and under `article?` what stood there and was not believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tracker.model import PageTraits, SourceProfile
from tracker.page import sketches

KEY: Final = "pages"

MOST = 128
"""Texts that are remembered of a source."""

_HEADLINE = 120  # characters of one that are kept

NEARLY_ALL = 0.9
"""What so many of a source's articles carry, all of them are expected to."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An article at whose address a text stood, under which headline, and whether it was believed to be its own."""

    article: str
    address: str
    headline: str
    believed: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a source's pages, ready to be asked about one article."""

    pages: Mapping[str, Mapping[str, str]]
    article: str

    def standing_elsewhere(self, sketch: str, alike: Callable[[str, str], bool] = sketches.same) -> Standing | None:
        """Where this text stood lately at another article's address; a place where it was not believed comes first.

        `alike` says which sketches are of one text.
        """
        found = [
            Standing(
                name.rstrip("?"),
                str(page.get("at", "")),
                str(page.get("headline", "")),
                believed=not name.endswith("?"),
            )
            for name, page in self.pages.items()
            if name.rstrip("?") != self.article and alike(str(page.get("sketch", "")), sketch)
        ]
        return min(found, key=lambda standing: standing.believed, default=None)

    def expects(self, mark: str) -> bool:
        """Whether this article's page carried a mark when it was last believed; else, whether the source's do."""
        own = self.pages.get(self.article)
        return mark in str(own.get("marks", "")) if own is not None else self.usual(mark)

    def usual(self, mark: str) -> bool:
        """Whether nearly all of the source's articles carry a mark."""
        carried = [mark in str(page.get("marks", "")) for name, page in self.pages.items() if not name.endswith("?")]
        return bool(carried) and sum(carried) >= NEARLY_ALL * len(carried)


def recall(profile: SourceProfile | None, article: str) -> Memory:
    """The memory in a source's profile. What is damaged is forgotten."""
    pages = profile.get(KEY) if isinstance(profile, Mapping) else None
    if not isinstance(pages, Mapping):
        return Memory({}, article)
    return Memory({str(k): v for k, v in pages.items() if isinstance(v, Mapping)}, article)


def remember(
    pages: Mapping[str, Any], article: str, traits: PageTraits, *, believed: bool
) -> dict[str, dict[str, str]]:
    """The pages with one more text among them; the oldest give way."""
    name = article if believed else f"{article}?"
    kept = {str(k): dict(v) for k, v in pages.items() if isinstance(v, Mapping) and k != name}
    headline = traits.headline[:_HEADLINE]
    kept[name] = {"at": traits.address, "headline": headline, "sketch": traits.sketch, "marks": traits.marks}
    return dict(list(kept.items())[-MOST:])
