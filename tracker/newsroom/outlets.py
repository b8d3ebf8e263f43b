"""The three outlets of the newsroom, and what their pages are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.newsroom.furniture import Furniture
from tracker.newsroom.story import Story


@dataclass(frozen=True, slots=True)
class Outlet:
    """A paper: its name, its languages (the first is the house's), how its addresses and feeds look.

    `path` and `listing` (the page that lists a story) are formats for `section`, `place` and `language`. `feeds` maps
    a feed's path to its format (rss or atom), `encodings` a language to the encoding of its pages (else UTF-8).
    `hidden` is a folder that robots.txt disallows. `followed` maps the section pages that a reader might watch to the
    pattern of their links.
    """

    id: str
    name: str
    motto: str
    town: str
    languages: tuple[str, ...]
    path: str
    listing: str
    feeds: Mapping[str, str]
    sitemap: str
    hidden: str
    robots: str
    tracking: str = ""
    in_feed: int = 8
    encodings: Mapping[str, str] = field(default_factory=dict)
    charset_in_header: bool = True
    followed: Mapping[str, str] = field(default_factory=dict)

    def address(self, story: Story, place: str = "") -> str:
        """The path of a story on this outlet; `place` for a slug it had before."""
        return self.path.format(section=story.section, place=place or story.place, language=story.language)

    def list_of(self, story: Story) -> str:
        """The path of the section page that lists a story."""
        return self.listing.format(section=story.section, language=story.language)

    def encoding(self, language: str) -> str:
        """The encoding of this outlet's pages in that language."""
        return self.encodings.get(language, "utf-8")


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a template turns into HTML: a story (or a list of them) at a moment, and this request's furniture."""

    outlet: Outlet
    base: str
    opened: datetime
    now: datetime
    furniture: Furniture
    stories: tuple[Story, ...]
    story: Story | None = None
    variant: str = "a"

    def link(self, story: Story) -> str:
        """A story's absolute address."""
        return self.base + self.outlet.address(story)

    def published(self, story: Story) -> datetime:
        """When a story first appeared."""
        return self.opened + story.published

    def modified(self, story: Story) -> datetime:
        """When a story was last changed, as far as the newsroom admits."""
        return self.opened + (story.modified if story.modified is not None else story.published)

    def headline(self, story: Story) -> str:
        """The headline that this request's reader gets."""
        return story.other_headline if self.variant == "b" and story.other_headline else story.headline


_ROBOTS = """# {name}. Machines are welcome at the counter; the kitchen is for staff.
User-agent: *
Disallow: {hidden}
Disallow: /search
{delay}
"""

OUTLETS = (
    Outlet(
        id="harbour-courier",
        name="The Harbour Courier",
        motto="All the news that the tide brings in",
        town="Port Merrow",
        languages=("en",),
        path="/{section}/{place}",
        listing="/{section}",
        feeds={"/rss.xml": "rss", "/feeds/latest.xml": "rss"},
        sitemap="/news-sitemap.xml",
        hidden="/preview/",
        robots=_ROBOTS.format(name="The Harbour Courier", hidden="/preview/", delay="# Crawl-delay: 10"),
        tracking="utm_source=rss&utm_medium=feed&utm_campaign=latest",
        in_feed=10,
    ),
    Outlet(
        id="talbote",
        name="Talbote · Le Messager du Val",
        motto="Zwei Sprachen, eine Meinung · Deux langues, un seul avis",
        town="Steinach-sur-Val",
        languages=("de", "fr"),
        path="/{language}/{section}/{place}.html",
        listing="/{language}/",
        feeds={"/atom.xml": "atom"},
        sitemap="/sitemaps/news.xml",
        hidden="/intern/",
        robots=_ROBOTS.format(name="Talbote", hidden="/intern/", delay="Crawl-delay: 0.05"),
        encodings={"de": "iso-8859-1", "fr": "iso-8859-1"},
    ),
    Outlet(
        id="cronica",
        name="Crónica de las Tres Islas · 三島通信",
        motto="Desde 1931, con tinta y paciencia",
        town="Puerto Lumbre",
        languages=("es", "ja"),
        path="/{language}/notas/{place}.htm",
        listing="/{language}/",
        feeds={"/es/index.rdf.xml": "rss", "/ja/atom.xml": "atom"},
        sitemap="/sitemap-news.xml",
        hidden="/cgi-bin/",
        robots=_ROBOTS.format(name="Crónica de las Tres Islas", hidden="/cgi-bin/", delay=""),
        encodings={"ja": "shift_jis"},
        charset_in_header=False,
        followed={"/es/": "/es/notas/"},
    ),
)
