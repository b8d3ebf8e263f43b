"""Talbote: a soup of divs under utility and hashed class names, Open Graph and nothing else."""

from __future__ import annotations

from html import escape

from tracker.model import Kind, Paragraph, iso
from tracker.newsroom.outlets import PageContext
from tracker.newsroom.story import Story, inline, picture


def article(page: PageContext) -> str:
    """The page of `page.story`."""
    story = page.story
    assert story is not None
    f = page.furniture
    text = f.css()
    body = [_block(page, block, text) for block in story.shown]
    body.insert(min(3, len(body)), _teaser_box(page))
    body.insert(min(6, len(body)), _newsletter(page))
    if story.label:
        body.insert(0, f'<div class="tw-text-sm tw-font-bold {f.css()}">{escape(story.label)}</div>')
    if story.teaser is not None:
        body.append(f'<div class="tw-bg-gray-100 {f.css()}"><div>{f.say("premium")}</div></div>')
    body += [f'<div class="tw-italic tw-border-t {f.css()}">{escape(notice)}</div>' for notice in story.notices]
    when = page.published(story)
    place = f"{escape(story.dateline)} · " if story.dateline else ""
    return f"""{_head(page, escape(page.headline(story)), _meta(page, story))}
<div class="tw-container tw-mx-auto {f.css()}"><div class="tw-grid tw-grid-cols-12 {f.css()}">
<div class="tw-col-span-8 {f.css()}">
<div class="tw-text-xs tw-uppercase {f.css()}">{escape(story.section)}</div>
<h1 class="tw-text-4xl tw-font-bold {f.css()}">{escape(page.headline(story))}</h1>
<div class="tw-text-xl tw-leading-snug {f.css()}">{escape(story.standfirst)}</div>
<div class="tw-flex {f.css()}"><span>{f.say("by")} {escape(", ".join(story.byline))}</span>
<span class="{f.css()}">{place}{when:%d.%m.%Y, %H:%M}</span>
<span class="{f.css()}">{f.count("updated", 1, 59)}</span><span>{f.count("minutes", 3, 9)}</span></div>
<div class="tw-prose {f.css()}">
{chr(10).join(body)}
</div>
<div class="tw-flex tw-gap-2 {f.css()}">{"".join(f"<div>{escape(s)}</div>" for s in f.words["share"])}
<div>{f.count("comments", 0, 480)}</div></div>
</div>
{_side(page)}
</div></div>
{_foot(page)}"""


def listing(page: PageContext, title: str) -> str:
    """The front page or a section."""
    f = page.furniture
    cards = "\n".join(
        f'<div class="tw-border-b {f.css()}"><a class="{f.css()}" href="{page.outlet.address(s)}">'
        f"<div>{escape(page.headline(s))}</div></a><div>{escape(s.standfirst)}</div></div>"
        for s in page.stories
    )
    return f"""{_head(page, escape(title), "")}
<div class="tw-container {f.css()}"><div class="tw-text-3xl">{escape(title)}</div>
{cards}
<div class="tw-hidden"><a href="{page.outlet.hidden}dienstplan">·</a></div></div>
{_foot(page)}"""


def not_found(page: PageContext, status: int) -> str:
    """What stands where a story was."""
    words = "Diese Seite gibt es nicht mehr." if status == 410 else "Diese Seite hat der Nebel verschluckt."
    return f"""{_head(page, f"{status}", "")}
<div class="tw-container {page.furniture.css()}"><div class="tw-text-3xl">{words}</div></div>
{_side(page)}{_foot(page)}"""


def _block(page: PageContext, block: Paragraph, text_class: str) -> str:
    f = page.furniture
    text = inline(escape(block.text, quote=False), "span")
    if block.kind is Kind.HEADING:
        return f'<h3 class="tw-text-2xl {f.css()}">{text}</h3>'
    if block.kind is Kind.QUOTE:
        return f'<blockquote class="tw-border-l-4 {f.css()}">{text}</blockquote>'
    if block.kind is Kind.LIST:
        return f'<ul class="{f.css()}">' + "".join(f"<li>{item}</li>" for item in text.split("\n")) + "</ul>"
    if block.kind is Kind.CAPTION:
        name, caption = picture(block.text)
        caption = inline(escape(caption, quote=False), "span")
        return (
            f'<div class="tw-relative {f.css()}"><img src="https://cdn.talbote.example/{f.nonce()[:6]}/{escape(name)}" '
            f'alt=""><div class="tw-text-xs {f.css("caption-")}">{caption}</div></div>'
        )
    return f'<p class="tw-mb-4 {text_class}">{text}</p>'


def _teaser_box(page: PageContext) -> str:
    f = page.furniture
    links = "".join(
        f'<a class="{f.css()}" href="{page.outlet.address(s)}"><div>{escape(s.headline)}</div></a>'
        for s in f.some(page.stories, 2)
    )
    return f'<div class="tw-my-6 {f.css()}"><div class="tw-font-bold">{f.say("related")}</div>{links}</div>'


def _newsletter(page: PageContext) -> str:
    f = page.furniture
    return (
        f'<div class="tw-bg-yellow-50 {f.css()}"><div class="tw-font-bold">{f.say("newsletter")}</div>'
        f'<div>{f.say("pitch")}</div><form action="/nl"><input type="email" placeholder="@">'
        f'<input type="hidden" value="{f.nonce()}"><button>{f.say("subscribe")}</button></form></div>'
    )


def _side(page: PageContext) -> str:
    f = page.furniture
    popular = "".join(f'<div class="{f.css()}"><a href="/t/{f.nonce()[:6]}">{t}</a></div>' for t in f.teasers(4))
    return (
        f'<div class="tw-col-span-4 {f.css()}"><div class="tw-font-bold">{f.say("popular")}</div>{popular}'
        f'<div class="{f.css()}" id="{f.css("gpt-")}"><div>{f.say("ad")}</div><a href="/c/{f.nonce()}">'
        f"{f.say('ads')}</a></div><div>{f.count('readers', 3, 900)}</div></div>"
    )


def _meta(page: PageContext, story: Story) -> str:
    locked = '\n<meta property="article:content_tier" content="locked">' if story.teaser is not None else ""
    authors = "".join(f'\n<meta property="article:author" content="{escape(name)}">' for name in story.byline)
    return f"""<meta property="og:type" content="article">
<meta property="og:title" content="{escape(story.headline)}">
<meta property="og:description" content="{escape(story.standfirst)}">
<meta property="og:url" content="{page.link(story)}">
<meta property="og:locale" content="{"de_DE" if story.language == "de" else "fr_FR"}">
<meta property="article:section" content="{escape(story.section)}">
<meta property="article:published_time" content="{iso(page.published(story))}">
<meta property="article:modified_time" content="{iso(page.modified(story))}">{authors}{locked}"""


def _head(page: PageContext, title: str, meta: str) -> str:
    f = page.furniture
    language = page.story.language if page.story else page.outlet.languages[0]
    nav = "".join(f'<div class="{f.css()}"><a href="/{language}/">{escape(w)}</a></div>' for w in f.words["nav"])
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="{page.outlet.encoding(language)}">
<title>{title} - {escape(page.outlet.name)}</title>
<link rel="alternate" type="application/atom+xml" href="/atom.xml">
{meta}
<style id="{f.css("s")}">.{f.css()}{{display:grid}}.{f.css()}{{color:#222}}</style>
<script>self.__next_f=["{f.nonce()}",{f.number(1, 99999)}]</script>
</head>
<body class="{f.css()}"><div id="__next">
<div class="tw-sticky {f.css()}"><div><a href="/">{escape(page.outlet.name)}</a>
</div><div class="tw-flex">{nav}</div></div>
<div class="tw-fixed {f.css()}"><div>{f.say("cookie")}</div><div role="button">OK</div></div>"""


def _foot(page: PageContext) -> str:
    f = page.furniture
    return f"""<div class="tw-bg-black {f.css()}"><div>{f.say("footer")}</div>
<div>{escape(page.outlet.motto)}</div></div>
</div><script src="/_next/{f.nonce()[:10]}.js"></script></body>
</html>
"""
