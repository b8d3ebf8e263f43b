"""Crónica de las Tres Islas: tables in tables, some microdata, line breaks for paragraphs in Japanese; since 1998."""

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
    breaks = story.language == "ja"
    body = [_block(page, block, breaks) for block in story.shown]
    body.insert(min(3, len(body)), _banner(page))
    if story.label:
        body.insert(0, f"<b><font color=red>{escape(story.label)}</font></b><br><br>")
    if story.teaser is not None:
        body.append(f"<table class=aviso border=1><tr><td>{f.say('premium')}</td></tr></table>")
    body += [f"<p><i><font size=-1>{escape(notice)}</font></i></p>" for notice in story.notices]
    when = page.published(story)
    names = ", ".join(f"<span itemprop=author>{escape(name)}</span>" for name in story.byline)
    free = "" if story.teaser is None else '\n<meta itemprop="isAccessibleForFree" content="False">'
    return f"""{_head(page, page.headline(story), story)}
<td width="70%" valign=top class=nota itemscope itemtype="http://schema.org/NewsArticle">
<meta itemprop="dateModified" content="{iso(page.modified(story))}">{free}
<font size=-1 class=seccion>{escape(story.section)}</font>
<h1 itemprop="headline">{escape(page.headline(story))}</h1>
<h2 class=bajada itemprop="description">{escape(story.standfirst)}</h2>
<font size=-1>{f.say("by")} {names} | <span itemprop="datePublished" content="{iso(when)}">{when:%d/%m/%Y %H:%M}</span>
| {f.count("updated", 1, 59)}</font>
<hr>
<div class=cuerpo itemprop="articleBody">
{chr(10).join(body)}
</div>
<hr><font size=-1>{f.count("comments", 0, 480)} | {" | ".join(escape(s) for s in f.words["share"])}</font>
</td>
{_column(page)}
{_foot(page)}"""


def listing(page: PageContext, title: str) -> str:
    """The front page or a section."""
    rows = "\n".join(
        f'<tr><td><a href="{page.outlet.address(s)}"><b>{escape(page.headline(s))}</b></a><br>'
        f"<font size=-1>{escape(s.standfirst)}</font></td></tr>"
        for s in page.stories
    )
    return f"""{_head(page, title, None)}
<td valign=top><h1>{escape(title)}</h1><table class=indice>
{rows}
</table><a href="{page.outlet.hidden}contador.pl">.</a></td>
{_column(page)}
{_foot(page)}"""


def not_found(page: PageContext, status: int) -> str:
    """What stands where a story was."""
    words = "Esta nota fue retirada." if status == 410 else "Aquí no hay nada, pruebe en la otra isla."
    return f"""{_head(page, str(status), None)}
<td valign=top><h1>{words}</h1></td>
{_column(page)}
{_foot(page)}"""


def _block(page: PageContext, block: Paragraph, breaks: bool) -> str:
    text = inline(escape(block.text, quote=False), "i")
    if block.kind is Kind.HEADING:
        return f"<h3>{text}</h3>"
    if block.kind is Kind.LIST:
        return "<ul>" + "".join(f"<li>{item}" for item in text.split("\n")) + "</ul>"
    if block.kind is Kind.CAPTION:
        name, caption = picture(block.text)
        caption = inline(escape(caption, quote=False), "i")
        return (
            f'<table class=foto align=right><tr><td><img src="/fotos/{escape(name)}?{page.furniture.nonce()[:6]}" '
            f'alt=""></td></tr><tr><td class=pie><font size=-2>{caption}</font></td></tr></table>'
        )
    if block.kind is Kind.QUOTE:
        return f"<blockquote>{text}</blockquote>"
    return f"{text}<br><br>" if breaks else f"<p>{text}</p>"


def _banner(page: PageContext) -> str:
    f = page.furniture
    return (
        f'<table class=banner width="100%"><tr><td align=center><font size=-2>{f.say("ad")}</font><br>'
        f'<a href="/cgi-bin/clic.pl?{f.nonce()}">{f.say("ads")}</a></td></tr></table>'
    )


def _column(page: PageContext) -> str:
    f = page.furniture
    related = "".join(
        f'<li><a href="{page.outlet.address(s)}">{escape(s.headline)}</a>' for s in f.some(page.stories, 3)
    )
    popular = "".join(f'<li><a href="/x/{f.nonce()[:5]}.htm">{t}</a>' for t in f.teasers(3))
    return f"""<td width="30%" valign=top class=columna>
<table><tr><td><b>{f.say("related")}</b><ul>{related}</ul></td></tr>
<tr><td><b>{f.say("popular")}</b><ol>{popular}</ol></td></tr>
<tr><td bgcolor="#ffffcc"><b>{f.say("newsletter")}</b><br>{f.say("pitch")}<form action="/cgi-bin/alta.pl">
<input name=correo><input type=hidden name=t value="{f.nonce()}">
<input type=submit value="{f.say("subscribe")}"></form>
</td></tr><tr><td>{f.count("readers", 3, 900)}
<img src="/cgi-bin/contador.pl?n={f.number(10000, 99999)}" alt=""></td></tr>
</table></td>"""


def _head(page: PageContext, title: str, story: Story | None) -> str:
    f = page.furniture
    language = story.language if story else page.outlet.languages[0]
    nav = " | ".join(f'<a href="/{language}/">{escape(w)}</a>' for w in f.words["nav"])
    canonical = f'\n<link rel=canonical href="{page.link(story)}">' if story else ""
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html lang={language}>
<head>
<meta http-equiv="Content-Type" content="text/html; charset={page.outlet.encoding(language)}">
<title>{escape(page.outlet.name)}: {escape(title)}</title>{canonical}
<!-- {f.nonce()} -->
</head>
<body bgcolor="#ffffff">
<table width="100%" class=cabecera><tr><td><font size=+3><a href="/">{escape(page.outlet.name)}</a></font><br>
<i>{escape(page.outlet.motto)}</i></td></tr><tr><td class=menu>{nav}</td></tr>
<tr><td><font size=-2>{f.say("cookie")}</font></td></tr></table>
<table width="100%" class=pagina><tr>"""


def _foot(page: PageContext) -> str:
    return f"""</tr></table>
<center><font size=-2>{page.furniture.say("footer")} &copy; {page.now.year}</font></center>
</body>
</html>
"""
