"""Forty hosts whose pages turn into other pages and back: what stands at an address at a moment, nothing else.

Every sentence of a story carries a name of its own, so that the readings can be told apart without any extractor's or
differ's help. Seeded; no clock, no network.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import quote

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
DAYS = 9
HOSTS, STORIES, TEMPLATES = 40, 12, 3
EDITS, REWRITES = 2000, 60
HOUR = timedelta(hours=1)

KINDS = (
    *("consent", "login", "missing", "missing_elsewhere", "error", "bot", "interstitial", "search", "front"),
    *("neighbour", "stub", "half"),
)
"""What a page turns into: the last three are another story of the house, a paywall's beginning, half a page."""

NOT_FOUND = frozenset({"missing", "missing_elsewhere", "front"})
"""Where a story that stays away for a day may be called gone."""

_SYLLABLES = [a + b for a in "bdfghklmnprstv" for b in "aeiou"]


def _word(dice: random.Random) -> str:
    """A word of no language: "donate" and "siga" begin what sites say beside their articles, and are read as that."""
    return "".join(dice.choice(_SYLLABLES) for _ in range(dice.randint(2, 4))) + "q"


def _sentence(dice: random.Random, name: str) -> str:
    words = [_word(dice) for _ in range(dice.randint(9, 16))]
    words.insert(dice.randrange(len(words)), name)
    return " ".join(words).capitalize() + "."


@dataclass(frozen=True)
class Telling:
    """What a story says from a moment on: its headline and its sentences, each with its name."""

    since: datetime
    headline: str
    sentences: tuple[tuple[str, str], ...]
    rewrite: bool = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.sentences)


@dataclass
class Turn:
    """A page that shows another page for a while."""

    kind: str
    since: datetime
    until: datetime


@dataclass
class Story:
    """A story with its tellings and turns. `twin` is a second address that shows the same."""

    number: int
    host: Host
    template: int
    published: datetime
    tellings: list[Telling]
    turns: list[Turn] = field(default_factory=list)
    twin: str = ""

    @property
    def slug(self) -> str:
        return "-".join(self.tellings[0].headline.lower().split())

    @property
    def url(self) -> str:
        return f"{self.host.base}/{self.published:%Y/%m/%d}/{self.slug}"

    @property
    def urls(self) -> tuple[str, ...]:
        if not self.twin:
            return (self.url,)
        return self.url, f"{self.host.base}/region/{self.published:%Y/%m/%d}/{self.slug}"

    def at(self, now: datetime) -> Telling:
        return next(t for t in reversed(self.tellings) if t.since <= now)

    def turned(self, now: datetime) -> Turn | None:
        return next((t for t in self.turns if t.since <= now < t.until), None)


@dataclass
class Host:
    """A site: how much its pages say of themselves (0 nothing, 1 og, 2 og and JSON-LD), and its stories."""

    number: int
    base: str
    says: int
    wrong_canonical: bool
    dice: random.Random
    stories: list[Story] = field(default_factory=list)


@dataclass(frozen=True)
class Response:
    """An answer: redirects taken, the final address, status, body."""

    final_url: str
    status: int
    html: str
    hops: tuple[tuple[int, str], ...] = ()


def build(seed: int, hosts: int = HOSTS) -> list[Host]:
    """The whole world of a seed."""
    dice = random.Random(seed)
    world = [_host(number, random.Random(f"{seed}/{number}")) for number in range(hosts)]
    stories = [story for host in world for story in host.stories]
    share = hosts / HOSTS
    slots = {story.number: START + dice.uniform(4, 10) * HOUR for story in stories}
    chosen = set(dice.sample([s.number for s in stories], round(REWRITES * share)))
    plan = [story for story in stories for _ in range(round(EDITS * share / len(stories)) + 1)]
    dice.shuffle(plan)
    for story in plan[: round(EDITS * share)]:
        at = slots[story.number]
        story.tellings.append(_edited(story, at, dice))
        slots[story.number] = at + dice.uniform(6, 26) * HOUR
    for story in stories:
        if story.number in chosen:
            at = slots[story.number]
            story.tellings.append(_rewritten(story, at, dice))
            slots[story.number] = at + 40 * HOUR
        free = slots[story.number]
        if story.number % 5 == 0:  # some turn into something else before they were ever read
            story.turns.append(_turn(START - HOUR, dice, short=True))
        for _ in range(3):
            turn = _turn(free + dice.uniform(4, 20) * HOUR, dice)
            story.turns.append(turn)
            free = turn.until
    return world


def _host(number: int, dice: random.Random) -> Host:
    host = Host(number, f"https://paper{number}.test", number % 3, number % 10 == 7, dice)
    for index in range(STORIES):
        name = f"x{number:02d}q{index:02d}"
        headline = " ".join(_word(dice) for _ in range(dice.randint(5, 8))).capitalize()
        count = (24, 40, 7)[index % TEMPLATES]
        sentences = tuple((f"{name}a{i:02d}", _sentence(dice, f"{name}a{i:02d}")) for i in range(count))
        story = Story(
            number * 100 + index,
            host,
            index % TEMPLATES,
            START - dice.uniform(1, 30) * HOUR,
            [Telling(START - 100 * HOUR, headline, sentences)],
        )
        story.twin = "yes" if index % 8 == 3 else ""
        host.stories.append(story)
    return host


def _turn(since: datetime, dice: random.Random, *, short: bool = False) -> Turn:
    kind = dice.choice(KINDS)
    hours = dice.choice((0.1, 0.4, 1, 3, 8)) if short else dice.choice((0.1, 0.3, 1, 3, 8, 20, 40, 60))
    if kind == "neighbour":
        hours = min(hours, 20)
    return Turn(kind, since, since + (hours + (1 if short else 0)) * HOUR)


def _edited(story: Story, at: datetime, dice: random.Random) -> Telling:
    now, mark = story.tellings[-1], f"x{story.number:04d}e{len(story.tellings):02d}"
    sentences, headline, way = list(now.sentences), now.headline, dice.randrange(4)
    place = dice.randrange(len(sentences))
    if way == 0:
        sentences.insert(place, (mark, _sentence(dice, mark)))
    elif way == 1 and len(sentences) > 5:
        del sentences[place]
        sentences[place - 1] = (mark, _sentence(dice, mark))
    else:
        old, text = sentences[place]
        sentences[place] = (mark, text.lower().replace(old, f"{mark} {dice.randint(10, 999)}").capitalize())
        if way == 3:
            headline = f"{headline.rsplit(' ', 1)[0]} {_word(dice)}"
    return Telling(at, headline, tuple(sentences))


def _rewritten(story: Story, at: datetime, dice: random.Random) -> Telling:
    now, name = story.tellings[-1], f"x{story.number:04d}r"
    sentences = tuple((f"{name}{i:02d}", _sentence(dice, f"{name}{i:02d}")) for i in range(len(now.sentences)))
    headline = now.headline if story.number % 3 == 0 else " ".join(_word(dice) for _ in range(6)).capitalize()
    return Telling(at, headline, sentences, rewrite=True)


def answer(story: Story, url: str, now: datetime) -> Response:
    """What an address of a story shows at a moment."""
    turn = story.turned(now)
    if turn is None:
        return Response(url, 200, article(story, story.at(now), url))
    return _turned(story, url, turn.kind, now)


def article(story: Story, telling: Telling, url: str, *, most: int | None = None, extra: str = "") -> str:
    """A story as its template shows it."""
    host, sentences = story.host, [text for _, text in telling.sentences][:most]
    title, head = escape(telling.headline), ""
    canonical = host.stories[0].url if host.wrong_canonical else story.url
    if host.says or story.twin:
        head += f'<link rel="canonical" href="{canonical}">'
    if host.says:
        head += f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
    if host.says == 2:
        stamp = story.published.isoformat()
        head += f'<meta property="article:published_time" content="{stamp}"><script type="application/ld+json">'
        head += f'{{"@type": "NewsArticle", "headline": "{title}", "datePublished": "{stamp}"}}</script>'
    size = (2, 3, 1)[story.template]
    box = ("story-body", "longread__text", "brief")[story.template]
    paragraphs = "".join(f"<p>{' '.join(sentences[i : i + size])}</p>" for i in range(0, len(sentences), size))
    body = f'<article><h1>{title}</h1><div class="{box}">{paragraphs}</div>{extra}</article>'
    return _page(host, telling.headline, body, head)


def _page(host: Host, title: str, body: str, head: str = "") -> str:
    links = "".join(f'<li><a href="{s.url}">{escape(s.tellings[0].headline)}</a></li>' for s in host.stories[:4])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | Paper {host.number}'
        "</title>"
        f"{head}</head><body><header><nav><a href='/'>Home</a> <a href='/sport/'>Sport</a></nav></header><main>{body}"
        f"</main><aside><h2>More news</h2><ul>{links}</ul></aside><footer>Paper {host.number}</footer></body></html>"
    )


def _said(host: Host, kind: str, count: int) -> list[str]:
    """The running text of a house's other pages: the same at all its addresses."""
    dice = random.Random(f"{host.number}/{kind}")
    return [_sentence(dice, f"w{kind.replace('_', '')}{host.number:02d}n{i:02d}") for i in range(count)]


def _other(host: Host, title: str, sentences: Sequence[str], head: str = "", form: str = "") -> str:
    paragraphs = "".join(f"<p>{' '.join(sentences[i : i + 3])}</p>" for i in range(0, len(sentences), 3))
    return _page(host, title, f"<h1>{title}</h1>{paragraphs}{form}", head)


def _turned(story: Story, url: str, kind: str, now: datetime) -> Response:
    host, telling = story.host, story.at(now)
    said = _said(host, kind, 5 + 6 * (host.number % 4))
    back = quote(url, safe="")
    if kind == "consent":
        html = _other(
            host, "Read on with advertising or with a subscription", said, form="<form><button>OK</button></form>"
        )
        gate = f"{host.base}/choices?return={back}"
        return Response(gate, 200, html, ((302, url),)) if host.number % 2 else Response(url, 200, html)
    if kind == "login":
        form = "<form method='post'><input name='user'><input type='password' name='word'></form>"
        gate = f"{host.base}/account/enter?next={back}"
        html = _other(host, "Log in to go on reading", said, form=form)
        return Response(gate, 200, html, ((302, url),)) if host.number % 2 else Response(url, 200, html)
    if kind == "missing":
        head = '<meta name="robots" content="noindex">' if host.number % 2 else ""
        return Response(url, 200, _other(host, "Page not found", said, head))
    if kind == "missing_elsewhere":
        return Response(f"{host.base}/404.html", 200, _other(host, "Page not found", said), ((302, url),))
    if kind == "error":
        return Response(url, 200, _other(host, "Service unavailable", said[:4]))
    if kind == "bot":
        return Response(url, 200, _other(host, "Just a moment...", said[:3], "<script>window._cf_chl_opt={}</script>"))
    if kind == "interstitial":
        html = _other(host, "Welcome to our new pages", said)
        return Response(f"{host.base}/welcome?to={story.number}", 200, html, ((302, url),))
    if kind == "search":
        html = _other(host, "Search results", said, form="<form role='search'><input type='search' name='q'></form>")
        return Response(f"{host.base}/search?q={story.slug}", 200, html, ((302, url),))
    if kind == "front":
        cards = "".join(f"<p><a href='{s.url}'>{s.tellings[0].headline}</a></p>" for s in host.stories)
        return Response(
            f"{host.base}/", 200, _page(host, "Paper", cards + "".join(f"<p>{s}</p>" for s in said)), ((302, url),)
        )
    if kind == "neighbour":
        other = host.stories[(host.stories.index(story) + 1) % len(host.stories)]
        return Response(url, 200, article(other, other.at(now), other.url))
    if kind == "stub":
        box = '<div class="paywall"><h2>Subscribe to read on</h2><form><button>Subscribe</button></form></div>'
        return Response(url, 200, article(story, telling, url, most=max(2, len(telling.sentences) // 2), extra=box))
    whole = article(story, telling, url)
    return Response(url, 200, whole[: whole.index("</div>") * 2 // 3])
