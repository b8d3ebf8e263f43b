"""Pages written for the tests: an outlet's article with all the furniture that stands around one."""

from __future__ import annotations

import html as htmllib
import json

URL = "https://www.harbour-courier.example/2026/03/01/ferry-line"
HEADLINE = "Ferry line to the islands returns after four years"
PARAGRAPHS = [
    "The ferry between Nordhavn and the outer islands will sail again from Monday, the harbour board said on Sunday, "
    "ending four years in which islanders had to rely on a weekly supply boat.",
    "Two ships were bought second-hand from a line in the south and refitted over the winter. They carry 180 "
    "passengers and 22 cars each, and make the crossing in 75 minutes.",
    "“We counted every krone twice,” said Ida Holm, who chairs the board. The ships cost 14 million together, she "
    "said, about a third of what a new one would have cost.",
    "On the largest island, where the school has lost half its pupils since 2022, the news was met with relief. The "
    "headteacher said that three families had already asked about places for the autumn.",
    "Critics on the town council doubt that the line can pay its way. The board expects 90,000 passengers in the "
    "first year; the old line carried 61,000 in its last.",
]
_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": HEADLINE,
    "datePublished": "2026-03-01T09:30:00+01:00",
    "dateModified": "2026-03-01T11:00:00+01:00",
    "author": [{"@type": "Person", "name": "Mara Lind"}, {"@type": "Person", "name": "Tomas Berg"}],
    "isAccessibleForFree": True,
}


def paragraphs(texts: list[str]) -> str:
    """Texts as `<p>` elements."""
    return "\n".join(f"<p>{htmllib.escape(text)}</p>" for text in texts)


def page(
    body: str | None = None, *, headline: str = HEADLINE, before: str = "", after: str = "", related: int = 1
) -> str:
    """An article page. `body` is the HTML of the story; `before` and `after` stand around it; `related` rotates."""
    story = paragraphs(PARAGRAPHS) if body is None else body
    teasers = "".join(
        f'<li><a href="/t/{related}{n}">Other story {related} of today number {n}</a></li>' for n in "123"
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>{htmllib.escape(headline)} | Harbour Courier</title>
<meta property="og:site_name" content="Harbour Courier"><link rel="canonical" href="{URL}">
<script type="application/ld+json">{json.dumps(_LD | {"headline": headline})}</script></head>
<body><header class="masthead"><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
</header>
<main><article><h1>{htmllib.escape(headline)}</h1>
<div class="byline">By Mara Lind and Tomas Berg</div><time datetime="2026-03-01T09:30:00+01:00">1 March 2026</time>
<div class="story">{before}{story}{after}</div></article>
<aside class="related"><h2>Related stories</h2><ul>{teasers}</ul></aside></main>
<footer><p>Copyright Harbour Courier. All rights reserved by the publisher of this paper.</p></footer></body></html>"""
