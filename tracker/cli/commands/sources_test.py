"""tracker sources test: Try a source's rules on stored pages.

Place: 1
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click
import soupsieve
from bs4 import BeautifulSoup

from tracker.cli import probing
from tracker.cli.context import CommandContext, json_option
from tracker.cli.screen import say, write_plain
from tracker.cli.stored_pages import _SHORT, page_of, settings_of, short
from tracker.config import Config, SourceConfig
from tracker.discovery import urls
from tracker.errors import TrackerError, UsageError
from tracker.model import Article, Content, Rules, Version
from tracker.pipeline.reread import Rereading, reread
from tracker.pipeline.walk import Run
from tracker.render import clean, json_
from tracker.render.words import count
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import sources as stored_sources
from tracker.store.history import versions

ARTICLES = 20
_SHOWN = 4
_FIELDS = ("headline", "standfirst", "byline", "section")
articles_option = click.option(
    "--articles", type=click.IntRange(min=1), default=ARTICLES, show_default=True, help="How many of the newest."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What today's rules make of one article: as it would be rebuilt, and what its newest version would say."""

    article: Article
    reading: Rereading
    current: Version
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """True when a rebuild would change this article."""
        return self.reading.rebuilt.replaced


@click.command()
@click.argument("source")
@articles_option
@click.option("--same", nargs=2, metavar="URL URL", help="Only say whether two addresses are one article.")
@json_option
@click.pass_context
def test(ctx: click.Context, source: str, articles: int, same: tuple[str, str] | None, as_json: bool) -> None:
    """Try a source's rules on stored pages.

    Reads the newest articles' captures again with the rules that sources.yaml
    has now, and shows what each selector finds and what `tracker rebuild`
    would change. Writes nothing. Ends with 1 when something would change or
    a page cannot be read. With --same it tries the source's `identity` on two
    addresses, and ends with 1 when they are two articles.
    """
    context: CommandContext = ctx.obj
    config = context.config()
    settings = settings_of(config, source)
    if same:
        ctx.exit(0 if _say_whether_same(settings, *same, as_json=as_json) else 1)
    with context.reading() as store:
        stored_sources.source(store, source)
        chosen = [a for a in stored_articles.articles(store, source, limit=articles) if a.version_count]
        trials = asyncio.run(_try(store, config, chosen))
        found = _selectors(store, settings, chosen)
    if not chosen:
        say(f"{source} has no article that was read yet: `tracker check {source}` visits some.")
        return
    if as_json:
        write_plain(json_.line(_as_json(trial)) for trial in trials)
    else:
        write_plain(f"{line}\n" for line in _selector_lines(found, len(chosen)))
        write_plain(line for trial in trials for line in _lines(trial))
    changed, failed = sum(t.differs for t in trials), sum(t.reading.rebuilt.failed for t in trials)
    say(
        f"{count(len(trials), 'article')} tried: {changed:,} would change, {failed:,} cannot be read. "
        "`tracker rebuild` puts today's rules into force for the past."
    )
    ctx.exit(1 if changed or failed else 0)


def _say_whether_same(settings: SourceConfig, *addresses: str, as_json: bool) -> bool:
    """Say what identifies each of two addresses, and whether they are one article."""
    identity = settings.identity
    cleaned = [probing.address(each) for each in addresses]
    told = [urls.number(each, identity) or urls.key(each, identity) for each in cleaned]
    same = urls.same(cleaned[0], cleaned[1], identity)
    if as_json:
        write_plain([json_.line({"urls": cleaned, "identified_by": told, "same": same})])
    else:
        write_plain(f"{clean(url)}\n  is identified by {clean(by)}\n" for url, by in zip(cleaned, told, strict=True))
        write_plain(["one article\n" if same else "two articles\n"])
    return same


async def _try(store: Store, config: Config, chosen: Sequence[Article]) -> list[Trial]:
    sources = {s.id: s for s in config.sources}
    async with Workers() as engine:
        return [await _trial(store, sources, article, engine.run) for article in chosen]


async def _trial(store: Store, sources: Mapping[str, SourceConfig], article: Article, run: Run) -> Trial:
    reading = await reread(store, article.id, sources, run=run)
    current = versions.version(store, article.id, article.version_count)
    content = reading.versions[-1].content if reading.versions else current.content
    old, new = _parts(current.content), _parts(content)
    return Trial(
        article, reading, current, tuple(p for p in old if p not in new), tuple(p for p in new if p not in old)
    )


def _parts(content: Content) -> list[str]:
    """Everything a version says, a string for each part."""
    fields = [(name, getattr(content, name)) for name in _FIELDS]
    told = [f"{name}: {value if isinstance(value, str) else ', '.join(value)}" for name, value in fields if value]
    return [*told, *(p.text for p in content.everything)]


def _lines(trial: Trial) -> list[str]:
    rebuilt = trial.reading.rebuilt
    title = f"article {trial.article.id}: {clean(trial.article.headline)[:_SHORT]}"
    if rebuilt.left:
        return [f"{title}\n  left as it is: {clean(rebuilt.left)}\n"]
    if not trial.differs:
        return []
    lines = [f"{title}\n  {count(rebuilt.before, 'version')} would be {rebuilt.after:,}\n"]
    for sign, texts in (("-", trial.gone), ("+", trial.new)):
        lines += [f"  {sign} {short(text)}\n" for text in texts[:_SHOWN]]
        if len(texts) > _SHOWN:
            lines.append(f"  {sign} and {len(texts) - _SHOWN:,} more\n")
    return lines


def _as_json(trial: Trial) -> dict[str, object]:
    rebuilt = trial.reading.rebuilt
    return {
        "article": trial.article.id,
        "url": trial.article.url,
        "would_change": trial.differs,
        "left": rebuilt.left,
        "versions_before": rebuilt.before,
        "versions_after": rebuilt.after,
        "removed": list(trial.gone),
        "added": list(trial.new),
    }


def _selectors(store: Store, settings: SourceConfig, chosen: Sequence[Article]) -> dict[str, int]:
    """On how many of the articles' newest pages each selector of today's rules finds something."""
    if not settings.rules:
        return {}
    named = _named(settings.rules[-1])
    found = dict.fromkeys(named, 0)
    for article in chosen:
        try:
            soup = BeautifulSoup(page_of(store, article)[0], "lxml")
            for name, selector in named.items():
                found[name] += bool(soup.select(selector, limit=1))
        except soupsieve.SelectorSyntaxError as error:
            raise UsageError(f"a selector of {settings.id} is not CSS: {str(error).splitlines()[0]}") from None
        except TrackerError:
            continue
    return found


def _named(rules: Rules) -> dict[str, str]:
    fields = {name: getattr(rules, name) for name in ("body", "headline", "standfirst", "byline")}
    named = {f"{name}: {selector}": selector for name, selector in fields.items() if selector}
    return named | {f"remove: {selector}": selector for selector in rules.remove}


def _selector_lines(found: Mapping[str, int], pages: int) -> list[str]:
    return [
        f"{clean(name)}  finds something on {number:,} of {count(pages, 'page')}" + ("" if number else "  <- nothing")
        for name, number in found.items()
    ]
