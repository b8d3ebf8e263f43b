"""The Harbour Courier: semantic article markup, JSON-LD NewsArticle, Open Graph: the page as textbooks want it."""

from __future__ import annotations

import json
from html import escape

from tracker.model import Kind, Paragraph, iso
from tracker.newsroom.outlets import PageContext
from tracker.newsroom.story import Story, inline, picture


def article(page: PageContext) -> str:
    """The page of `page.story`."""
    story = page.story
    assert story is not None
    f = page.furniture
    headline = escape(page.headline(story))
    body = [_block(page, block) for block in story.shown]
    body.insert(min(4, len(body)), _promo(page))
    body.insert(min(2, len(body)), _ad(page))
    if story.label:
        body.insert(0, f'<p class="update-label"><strong>{escape(story.label)}</strong></p>')
    if story.dateline:
        body.insert(0, f'<p class="dateline">{escape(story.dateline)}</p>')
    if story.teaser is not None:
        body.append(f'<div class="paywall" data-piano="{f.nonce()}"><p>{f.say("premium")}</p></div>')
    body += [f'<p class="correction" role="note">{escape(notice)}</p>' for notice in story.notices]
    standfirst = f'<p class="standfirst">{escape(story.standfirst)}</p>' if story.standfirst else ""
    authors = ", ".join(f'<a rel="author" href="/staff/{_slug(a)}">{escape(a)}</a>' for a in story.byline)
    when = page.published(story)
    return f"""{_head(page, headline, _meta(page, story))}
<main id="content">
<article class="article" data-story="{story.slug}" data-variant="{page.variant}" data-view="{f.nonce()}">
<header class="article__header">
<p class="kicker"><a href="/{story.section}">{escape(story.section.title())}</a></p>
<h1 class="article__headline">{headline}</h1>
{standfirst}
<p class="byline">{f.say("by")} {authors}</p>
<p class="timestamp"><time datetime="{iso(when)}">{when:%A %H:%M}</time>
<span class="ago">{f.count("updated", 1, 59)}</span> <span class="readtime">{f.count("minutes", 3, 9)}</span></p>
<ul class="share">{"".join(f"<li><button>{escape(s)}</button></li>" for s in f.words["share"])}</ul>
</header>
<div class="article__body">
{chr(10).join(body)}
</div>
<footer class="article__footer"><p class="comments"><a href="#comments">{f.count("comments", 0, 480)}</a></p></footer>
</article>
{_related(page)}
</main>
{_foot(page)}"""


def listing(page: PageContext, title: str) -> str:
    """The front page or a section."""
    cards = "\n".join(
        f'<article class="card"><h2><a href="{page.outlet.address(s)}">{escape(page.headline(s))}</a></h2>'
        f"<p>{escape(s.standfirst)}</p></article>"
        for s in page.stories
    )
    preview = f'<p class="staff"><a href="{page.outlet.hidden}tomorrow">Tomorrow</a></p>'
    return f"""{_head(page, escape(title), "")}
<main id="content"><h1>{escape(title)}</h1>
{cards}
{preview}
</main>
{_foot(page)}"""


def not_found(page: PageContext, status: int) -> str:
    """What stands where a story was."""
    words = "This page has been removed." if status == 410 else "We looked everywhere. Page not found."
    return f"""{_head(page, f"{status}", '<meta name="robots" content="noindex">')}
<main id="content"><h1>{words}</h1><p>Perhaps one of these will do.</p>{_related(page)}</main>
{_foot(page)}"""


def _slug(name: str) -> str:
    return escape(name.lower().replace(" ", "-"))


def _block(page: PageContext, block: Paragraph) -> str:
    text = inline(escape(block.text, quote=False))
    if block.kind is Kind.HEADING:
        return f"<h2>{text}</h2>"
    if block.kind is Kind.QUOTE:
        return f"<blockquote><p>{text}</p></blockquote>"
    if block.kind is Kind.LIST:
        return "<ul>" + "".join(f"<li>{item}</li>" for item in text.split("\n")) + "</ul>"
    if block.kind is Kind.CAPTION:
        name, caption = picture(block.text)
        source = f"/img/{escape(name)}?v={page.furniture.nonce()[:8]}"
        caption = inline(escape(caption, quote=False))
        return f'<figure><img src="{source}" alt=""><figcaption>{caption}</figcaption></figure>'
    return f"<p>{text}</p>"


def _promo(page: PageContext) -> str:
    f = page.furniture
    return (
        f'<aside class="newsletter" aria-label="newsletter" data-test="{f.nonce()[:6]}"><h3>{f.say("newsletter")}</h3>'
        f'<p>{f.say("pitch")}</p><form action="/newsletter" method="post"><input type="email" name="email">'
        f'<input type="hidden" name="csrf" value="{f.nonce()}"><button>{f.say("subscribe")}</button></form></aside>'
    )


def _ad(page: PageContext) -> str:
    f = page.furniture
    return (
        f'<div class="ad ad--mpu" id="ad-{f.nonce()[:6]}" aria-hidden="true"><span>{f.say("ad")}</span>'
        f'<a rel="sponsored" href="/ads/click?id={f.nonce()}">{f.say("ads")}</a></div>'
    )


def _related(page: PageContext) -> str:
    f = page.furniture
    links = [
        f'<li><a href="{page.outlet.address(s)}?ref=related-{f.nonce()[:4]}">{escape(s.headline)}</a></li>'
        for s in f.some(page.stories, 3)
    ]
    popular = "".join(f'<li><a href="/reader/{f.nonce()[:5]}">{t}</a></li>' for t in f.teasers(4))
    return (
        f'<aside class="related" aria-label="related"><h2>{f.say("related")}</h2><ul>{"".join(links)}</ul></aside>\n'
        f'<aside class="most-read"><h2>{f.say("popular")}</h2><ol>{popular}</ol></aside>'
    )


def _meta(page: PageContext, story: Story) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.headline,
        "description": story.standfirst,
        "datePublished": iso(page.published(story)),
        "dateModified": iso(page.modified(story)),
        "inLanguage": story.language,
        "articleSection": story.section.title(),
        "isAccessibleForFree": story.teaser is None,
        "mainEntityOfPage": page.link(story),
        "image": [f"{page.base}/img/{story.slug}.jpg?v={page.furniture.nonce()[:8]}"],
        "author": [{"@type": "Person", "name": name} for name in story.byline],
        "publisher": {"@type": "NewsMediaOrganization", "name": page.outlet.name},
    }
    ld = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f"""<link rel="canonical" href="{page.link(story)}">
<meta name="description" content="{escape(story.standfirst)}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(story.headline)}">
<meta property="og:url" content="{page.link(story)}">
<meta property="og:site_name" content="{escape(page.outlet.name)}">
<script type="application/ld+json">{ld}</script>"""


def _head(page: PageContext, title: str, meta: str) -> str:
    f = page.furniture
    nav = "".join(f'<li><a href="/{w.lower() if w != "Home" else ""}">{escape(w)}</a></li>' for w in f.words["nav"])
    feeds = "\n".join(
        f'<link rel="alternate" type="application/rss+xml" title="RSS" href="{path}">' for path in page.outlet.feeds
    )
    return f"""<!DOCTYPE html>
<html lang="{page.outlet.languages[0]}">
<head>
<meta charset="utf-8">
<title>{title} | {escape(page.outlet.name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="{f.nonce()}">
{feeds}
{meta}
<link rel="stylesheet" href="/static/site.css?{f.nonce()[:8]}">
<script nonce="{f.nonce()}">window.dataLayer=[{{"view":"{f.nonce()}"}}];</script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="masthead"><p class="logo"><a href="/">{escape(page.outlet.name)}</a></p>
<p>{escape(page.outlet.motto)}</p>
<nav aria-label="Sections"><ul>{nav}</ul></nav></header>
<div class="cookie-banner" role="dialog"><p>{f.say("cookie")}</p><button>OK</button></div>"""


def _foot(page: PageContext) -> str:
    f = page.furniture
    return f"""<footer class="site-footer"><p>{f.say("footer")}</p><p class="live">{f.count("readers", 3, 900)}</p>
<p>© {page.now.year} {escape(page.outlet.name)}, {escape(page.outlet.town)}</p></footer>
<script src="/static/app.js?v={f.nonce()[:8]}" defer></script>
</body>
</html>
"""
