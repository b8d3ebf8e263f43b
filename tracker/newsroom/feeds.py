"""What machines read: RSS 2.0, Atom, the news sitemap. They change only when a story does."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tracker.model import iso
from tracker.newsroom.outlets import PageContext


def rss(page: PageContext, tracking: str = "") -> str:
    """The page's stories as RSS 2.0; `tracking` is appended to the links as a query, as marketing likes it."""
    query = f"?{tracking}" if tracking else ""
    items = "\n".join(
        f"""<item>
<title>{escape(story.headline)}</title>
<link>{escape(page.link(story) + query)}</link>
<guid isPermaLink="false">{page.outlet.id}:{story.slug}</guid>
<pubDate>{format_datetime(page.published(story), usegmt=True)}</pubDate>
<category>{escape(story.section)}</category>
<description>{escape(story.standfirst)}</description>
</item>"""
        for story in page.stories
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
<title>{escape(page.outlet.name)}</title>
<link>{page.base}/</link>
<description>{escape(page.outlet.motto)}</description>
<language>{page.stories[0].language if page.stories else page.outlet.languages[0]}</language>
<lastBuildDate>{format_datetime(changed(page), usegmt=True)}</lastBuildDate>
{items}
</channel></rss>
"""


def atom(page: PageContext) -> str:
    """The page's stories as an Atom feed."""
    entries = "\n".join(
        f"""<entry xml:lang="{story.language}">
<title>{escape(story.headline)}</title>
<link rel="alternate" type="text/html" href={quoteattr(page.link(story))}/>
<id>tag:{page.outlet.id}.example,2026:{story.slug}</id>
<published>{iso(page.published(story))}</published>
<updated>{iso(page.modified(story))}</updated>
{"".join(f"<author><name>{escape(name)}</name></author>" for name in story.byline)}
<summary>{escape(story.standfirst)}</summary>
</entry>"""
        for story in page.stories
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>{escape(page.outlet.name)}</title>
<subtitle>{escape(page.outlet.motto)}</subtitle>
<link rel="alternate" href={quoteattr(page.base + "/")}/>
<id>tag:{page.outlet.id}.example,2026:feed</id>
<updated>{iso(changed(page))}</updated>
<author><name>{escape(page.outlet.name)}</name></author>
{entries}
</feed>
"""


def sitemap(page: PageContext) -> str:
    """The page's stories as a news sitemap."""
    urls = "\n".join(
        f"""<url><loc>{escape(page.link(story))}</loc><lastmod>{iso(page.modified(story))}</lastmod>
<news:news><news:publication><news:name>{escape(page.outlet.name)}</news:name>
<news:language>{story.language}</news:language></news:publication>
<news:publication_date>{iso(page.published(story))}</news:publication_date>
<news:title>{escape(story.headline)}</news:title></news:news></url>"""
        for story in page.stories
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}
</urlset>
"""


def changed(page: PageContext) -> datetime:
    """When the newest of the page's stories appeared or was changed."""
    return max((page.modified(story) for story in page.stories), default=page.opened)
