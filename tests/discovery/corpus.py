"""Some 400 feeds and sitemaps, made from a table of features that publishers use and a table of what goes wrong.

Every document names the same three articles. A feature must not hide any of them; a breakage says how many must still
be found at least.
"""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HOME = "https://paper.test"
FEED = f"{HOME}/feeds/all.xml"
PATHS = ("/2026/11/23/first-story", "/2026/11/23/second-story", "/2026/11/22/third-story")
LINKS = tuple(HOME + path for path in PATHS)
TITLES = ("First story", "Second story: “quoted”", "Third story à la carte")
RFC_822 = ("Mon, 23 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 09:00:00 +0100", "Sun, 22 Nov 2026 08:00:00 EST")
W3C = ("2026-11-23T10:00:00Z", "2026-11-23T09:00:00+01:00", "2026-11-22T08:00:00-05:00")


@dataclass(frozen=True)
class Document:
    """One document: what it is called, its bytes, and how many of the three articles must be found at least."""

    name: str
    kind: str
    body: bytes
    least: int = 3
    content_type: str = ""


@dataclass(frozen=True)
class Dialect:
    """How one format wraps items and writes one; `{link}` and the like are filled in, `{extra}` takes features."""

    kind: str
    head: str
    item: str
    tail: str
    dates: tuple[str, ...]

    def make(self, extra: str = "", **other: str) -> str:
        head, item, tail = (other.get(part, getattr(self, part)) for part in ("head", "item", "tail"))
        item = other.get("swap", "\0").join(item.split(other.get("out", "\0")))
        rows = (
            item.replace("{link}", link)
            .replace("{path}", path)
            .replace("{title}", title)
            .replace("{date}", date)
            .replace("{n}", str(n))
            .replace("{extra}", extra)
            for n, (link, path, title, date) in enumerate(zip(LINKS, PATHS, TITLES, self.dates, strict=True))
        )
        return head + "\n".join(rows) + tail


XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)
DIALECTS = {
    "rss": Dialect(
        "feed",
        f'{XML}<rss version="2.0" {SPACES}><channel><title>Paper</title><link>{HOME}/</link>',
        "<item><title>{title}</title><link>{link}</link><guid>id-{n}</guid><pubDate>{date}</pubDate>{extra}</item>",
        "</channel></rss>",
        RFC_822,
    ),
    "rss-0.91": Dialect(
        "feed",
        f'{XML}<rss version="0.91"><channel><title>Paper</title><link>{HOME}/</link><language>en</language>',
        "<item><title>{title}</title><link>{link}</link><description>d</description>{extra}</item>",
        "</channel></rss>",
        RFC_822,
    ),
    "rdf": Dialect(
        "feed",
        f'{XML}<rdf:RDF xmlns:rdf="{RDF}" xmlns="http://purl.org/rss/1.0/" {SPACES}>'
        f'<channel rdf:about="{HOME}/"><title>Paper</title><link>{HOME}/</link></channel>',
        '<item rdf:about="{link}"><title>{title}</title><link>{link}</link><dc:date>{date}</dc:date>{extra}</item>',
        "</rdf:RDF>",
        W3C,
    ),
    "atom": Dialect(
        "feed",
        f'{XML}<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>Paper</title><id>urn:x</id>',
        '<entry><title>{title}</title><link rel="alternate" type="text/html" href="{link}"/><id>urn:x:{n}</id>'
        "<updated>{date}</updated><published>{date}</published>{extra}</entry>",
        "</feed>",
        W3C,
    ),
    "atom-0.3": Dialect(
        "feed",
        f'{XML}<feed version="0.3" xmlns="http://purl.org/atom/ns#" {SPACES}><title>Paper</title>',
        '<entry><title>{title}</title><link rel="alternate" type="text/html" href="{link}"/><id>tag:{n}</id>'
        "<modified>{date}</modified><issued>{date}</issued>{extra}</entry>",
        "</feed>",
        W3C,
    ),
    "sitemap": Dialect(
        "sitemap",
        f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        "<url><loc>{link}</loc><lastmod>{date}</lastmod><priority>0.8</priority>{extra}</url>",
        "</urlset>",
        W3C,
    ),
    "news-sitemap": Dialect(
        "sitemap",
        f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        "<url><loc>{link}</loc><news:news><news:publication><news:name>Paper</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>"
        "</news:news>{extra}</url>",
        "</urlset>",
        W3C,
    ),
}

FEED_EXTRAS = {
    "html in the summary": "<description>&lt;p&gt;&lt;img src=x onerror=alert(1)&gt; text&lt;/p&gt;</description>",
    "full text": "<content:encoded><![CDATA[<p>Text <a href='/other'>x</a></p>]]></content:encoded>",
    "media": '<media:content url="https://img.test/1.jpg" medium="image"><media:title>t</media:title></media:content>',
    "enclosure": '<enclosure url="https://img.test/1.mp3" length="1" type="audio/mpeg"/>',
    "authors": "<dc:creator>A. Writer</dc:creator><author>w@paper.test (Writer)</author><category>News</category>",
    "thread counts": '<slash:comments xmlns:slash="http://purl.org/rss/1.0/modules/slash/">3</slash:comments>',
    "an unknown element": '<x:thing xmlns:x="urn:x"><x:link>https://else.test/</x:link></x:thing>',
    "a comment": "<!-- <link>https://else.test/</link> -->",
    "an instruction": "<?php echo 1 ?>",
    "a very long summary": f"<description>{'word ' * 5000}</description>",
    "a comments link": "<comments>https://paper.test/comments</comments>",
    "xhtml": '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content>',
}
SITEMAP_EXTRAS = {
    "images": "<image:image><image:loc>https://img.test/1.jpg</image:loc><image:title>i</image:title></image:image>",
    "alternates": '<xhtml:link rel="alternate" hreflang="de" href="https://paper.test/de/x"/>',
    "change frequency": "<changefreq>hourly</changefreq>",
    "a comment": "<!-- <loc>https://else.test/</loc> -->",
    "an unknown element": '<x:thing xmlns:x="urn:x"><x:loc2>https://else.test/</x:loc2></x:thing>',
}
LINK_FORMS = {
    "spaces around the link": "\n   {link}\n  ",
    "the link in CDATA": "<![CDATA[{link}]]>",
    "a fragment": "{link}#top",
    "an upper-case scheme": "HTTPS://PAPER.TEST{path}",
    "the default port": "https://paper.test:443{path}",
    "a tab inside": "https://paper.test{path}\t",
}
RSS_SWAPS = {
    "relative links": ("<link>{link}</link>", "<link>{path}</link>"),
    "permanent guids alone": ("<link>{link}</link><guid>id-{n}</guid>", '<guid isPermaLink="true">{link}</guid>'),
    "guids that are links by default": ("<link>{link}</link><guid>id-{n}</guid>", "<guid>{link}</guid>"),
    "a feed service's counter": (
        "<link>{link}</link>",
        "<link>https://counter.test/{n}</link><feedburner:origLink>{link}</feedburner:origLink>",
    ),
    "an Atom link": ("<link>{link}</link>", '<atom:link href="{link}"/>'),
    "titles in CDATA": ("<title>{title}</title>", "<title><![CDATA[{title}]]></title>"),
    "titles with markup": ("<title>{title}</title>", "<title>&lt;b&gt;{title}&lt;/b&gt;</title>"),
    "no titles": ("<title>{title}</title>", ""),
    "no dates": ("<pubDate>{date}</pubDate>", ""),
    "dates of another format": ("<pubDate>{date}</pubDate>", "<pubDate>2026-11-23 10:00:00</pubDate>"),
    "dates that are none": ("<pubDate>{date}</pubDate>", "<pubDate>yesterday at noon</pubDate>"),
    "dates beyond reason": ("<pubDate>{date}</pubDate>", "<pubDate>Mon, 23 Nov 99999 10:00:00 GMT</pubDate>"),
    "Dublin Core dates": ("<pubDate>{date}</pubDate>", "<dc:date>2026-11-23T10:00:00Z</dc:date>"),
    "German dates": ("<pubDate>{date}</pubDate>", "<pubDate>Mo, 23 Nov 2026 10:00:00 +0100</pubDate>"),
}
ATOM_SWAPS = {
    "relative links": ('href="{link}"', 'href="{path}"'),
    "no rel": ('rel="alternate" type="text/html" ', ""),
    "self before alternate": ("<link rel", '<link rel="self" href="https://paper.test/api/{n}"/><link rel'),
    "an enclosure": ("<link rel", '<link rel="enclosure" href="https://img.test/1.mp3" type="audio/mpeg"/><link rel'),
    "typed titles": ("<title>", '<title type="html">'),
    "fractions of seconds": ("{date}", "2026-11-23T10:00:00.123456Z"),
    "apostrophes": ('href="{link}"', "href='{link}'"),
}
LAST = PATHS[2].encode()
SECOND = PATHS[1].encode()


def _before_the_root(text: bytes, insert: bytes) -> bytes:
    return text.replace(b"?>\n", b"?>\n" + insert, 1)


BREAKAGES: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "byte order mark": (lambda b: codecs.BOM_UTF8 + b, 3),
    "white space before the declaration": (lambda b: b"\n\n   " + b, 3),
    "no declaration": (lambda b: b.partition(b"?>\n")[2], 3),
    "Windows line ends": (lambda b: b.replace(b"\n", b"\r\n"), 3),
    "a harmless doctype": (lambda b: _before_the_root(b, b"<!DOCTYPE rss>"), 3),
    "a style sheet": (lambda b: _before_the_root(b, b'<?xml-stylesheet href="/s.xsl" type="text/xsl"?>'), 3),
    "declared as Latin-1 and true": (lambda b: _recode(b, "iso-8859-1"), 3),
    "declared as Windows-1252 and true": (lambda b: _recode(b, "windows-1252"), 3),
    "UTF-16": (lambda b: b.decode().replace("UTF-8", "UTF-16").encode("utf-16"), 3),
    "declared as UTF-8 but Latin-1": (lambda b: b.decode().encode("iso-8859-1", "xmlcharrefreplace"), 3),
    "declared as US-ASCII but UTF-8": (lambda b: b.replace(b'"UTF-8"', b'"us-ascii"'), 3),
    "an encoding that does not exist": (lambda b: b.replace(b'"UTF-8"', b'"banana"'), 3),
    "cut off in the last article": (lambda b: b[: b.rindex(LAST) + 5], 2),
    "cut off before the end": (lambda b: b[: b.rindex(b"</")], 3),
    "cut off in the second article": (lambda b: b[: b.index(SECOND) + 5], 1),
    "a bare ampersand in the title": (lambda b: b.replace(b"First story", b"Fish & chips"), 3),
    "a bare ampersand and equals": (lambda b: b.replace(b"First story", b"A&B=C"), 3),
    "entities of HTML": (lambda b: b.replace(b"First story", b"First&nbsp;story&hellip;"), 3),
    "an entity that is unknown": (lambda b: b.replace(b"First story", b"First &unknown; story"), 3),
    "a control character": (lambda b: b.replace(b"Second story", b"Second\x0bstory"), 1),
    "a NUL": (lambda b: b.replace(b"Second story", b"Second\x00story"), 1),
    "bytes that are no UTF-8": (lambda b: b.replace(b"Second story", b"Second \xff\xfe story"), 1),
    "junk after the end": (lambda b: b + b"<script>counter()</script>\n<!-- served in 3 ms -->", 3),
    "two roots": (lambda b: b + b"<rss></rss>", 3),
    "a warning before the declaration": (lambda b: b"<br />\n<b>Warning</b>: date() in feed.php<br />\n" + b, 0),
    "gzip'd": (gzip.compress, 3),
    "gzip'd in two members": (lambda b: gzip.compress(b[:200]) + gzip.compress(b[200:]), 3),
    "every article twice": (lambda b: b, 3),
}


def _recode(body: bytes, encoding: str) -> bytes:
    return body.decode().replace("UTF-8", encoding).encode(encoding, "xmlcharrefreplace")


def documents() -> Iterator[Document]:
    """All documents of the corpus."""
    for name, dialect in DIALECTS.items():
        yield Document(f"{name}: plain", dialect.kind, dialect.make().encode())
        for extra, markup in (FEED_EXTRAS if dialect.kind == "feed" else SITEMAP_EXTRAS).items():
            yield Document(f"{name}: {extra}", dialect.kind, dialect.make(markup).encode())
        for form, link in LINK_FORMS.items():
            if "CDATA" in link and "atom" in name:
                continue
            item = dialect.item.replace('"{link}"', '"' + link + '"').replace(">{link}<", ">" + link + "<")
            if "CDATA" in link:
                item = dialect.item.replace(">{link}<", ">" + link + "<")
            yield Document(f"{name}: {form}", dialect.kind, dialect.make(item=item).encode())
        swaps = RSS_SWAPS if name == "rss" else ATOM_SWAPS if name.startswith("atom") else {}
        for swap, (out, into) in swaps.items():
            yield Document(f"{name}: {swap}", dialect.kind, dialect.make(item=dialect.item.replace(out, into)).encode())
        for breakage, (harm, least) in BREAKAGES.items():
            text = dialect.make()
            if breakage == "every article twice":
                text = dialect.make(item=dialect.item * 2)
            yield Document(f"{name}: {breakage}", dialect.kind, harm(text.encode()), least)
    yield from json_feeds()


def json_feeds() -> Iterator[Document]:
    """JSON Feed and its odd forms."""
    items = [
        {"id": str(n), "url": link, "title": title, "date_published": date}
        for n, (link, title, date) in enumerate(zip(LINKS, TITLES, W3C, strict=True))
    ]

    def feed(rows: object, **other: object) -> bytes:
        return json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "title": "Paper", "items": rows, **other}
        ).encode()

    forms: dict[str, tuple[bytes, int]] = {
        "plain": (feed(items), 3),
        "version 1": (feed(items, version="https://jsonfeed.org/version/1"), 3),
        "byte order mark": (codecs.BOM_UTF8 + feed(items), 3),
        "white space first": (b"\n \t" + feed(items), 3),
        "gzip'd": (gzip.compress(feed(items)), 3),
        "UTF-16": (feed(items).decode().encode("utf-16"), 0),
        "relative links": (feed([{**i, "url": path} for i, path in zip(items, PATHS, strict=True)]), 3),
        "external links": (feed([{"id": "x", "external_url": i["url"]} for i in items]), 3),
        "links as identifiers": (feed([{"id": i["url"]} for i in items]), 3),
        "no titles": (feed([{"url": i["url"]} for i in items]), 3),
        "titles that are no text": (feed([{**i, "title": {"a": 1}} for i in items]), 3),
        "dates that are no text": (feed([{**i, "date_published": 1764000000} for i in items]), 3),
        "dates that are none": (feed([{**i, "date_published": "soon"} for i in items]), 3),
        "junk between": (feed([None, 3, "x", [], *items, {"url": None}, {"url": 7}]), 3),
        "every article twice": (feed(items * 2), 3),
        "extensions": (feed([{**i, "_ext": {"about": "x"}, "attachments": [{"url": "y"}]} for i in items]), 3),
    }
    for name, (body, least) in forms.items():
        kind = "" if least and "UTF-16" not in name else "application/feed+json"
        yield Document(f"json: {name}", "feed", body, least, kind)
