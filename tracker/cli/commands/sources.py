"""`tracker sources test` and `tracker sources relearn`: a source's rules and what was learned about its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import soupsieve
from bs4 import BeautifulSoup

from tracker.cli.context import Desk, json_option, pass_desk
from tracker.cli.screen import say, write_plain
from tracker.config import Config, SourceConfig
from tracker.errors import NotFound, TrackerError, Unreadable, UsageError, WorkerDied
from tracker.extractor import learn
from tracker.fetcher import decode
from tracker.model import Article, Content, Rules, Version
from tracker.pipeline.check import Run, read_page, rules_at
from tracker.pipeline.rebuild import Rereading, reread
from tracker.render import clean, json_
from tracker.render.words import count
from tracker.scheduler.workers.local import Workers
from tracker.store import Store
from tracker.store.history import articles as stored_articles
from tracker.store.history import captures, versions
from tracker.store.history import sources as stored_sources

ARTICLES = 20
LEARNED_FROM = 60
_SHOWN = 4
_SHORT = 100
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
@json_option
@click.pass_context
def test(ctx: click.Context, source: str, articles: int, as_json: bool) -> None:
    """Try a source's rules on stored pages.

    Reads the newest articles' captures again with the rules that sources.yaml
    has now, and shows what each selector finds and what `tracker rebuild`
    would change. Writes nothing. Ends with 1 when something would change or
    a page cannot be read.
    """
    desk: Desk = ctx.obj
    config = desk.config()
    settings = _settings(config, source)
    with desk.reading() as store:
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


def _settings(config: Config, source_id: str) -> SourceConfig:
    for source in config.sources:
        if source.id == source_id:
            return source
    raise NotFound(f"{config.path} names no source {source_id!r}; tracker sources lists those that are known")


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
        lines += [f"  {sign} {_short(text)}\n" for text in texts[:_SHOWN]]
        if len(texts) > _SHOWN:
            lines.append(f"  {sign} and {len(texts) - _SHOWN:,} more\n")
    return lines


def _short(text: str) -> str:
    shown = clean(text)
    return shown if len(shown) <= _SHORT else shown[: _SHORT - 1] + "…"


def _as_json(trial: Trial) -> dict[str, Any]:
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
            soup = BeautifulSoup(_page(store, article)[0], "lxml")
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


def _page(store: Store, article: Article) -> tuple[str, str, Version]:
    """The page of an article's newest version, its address and the version. Raises NotFound, StoreError."""
    version = versions.version(store, article.id, article.version_count)
    capture = captures.capture(store, version.capture_sha256, article_id=article.id, at=version.first_seen_at)
    html, _ = decode.text(capture.body, capture.header("content-type"))
    return html, capture.final_url, version


@click.command()
@click.argument("source")
@click.option("--empty", is_flag=True, help="Only forget; learn from the pages that come.")
@pass_desk
def relearn(desk: Desk, source: str, empty: bool) -> None:
    """Forget what was learned about a source's pages.

    Then learn it anew from the stored pages of its newest articles: which
    texts stand on several of them and are furniture, and which box holds the
    text. For a source that was built anew, or that is read wrongly. The
    daemon must be stopped.
    """
    settings = _settings(desk.config(), source)
    with desk.writing() as store:
        stored_sources.source(store, source)
        profile: dict[str, Any] = {} if empty else asyncio.run(_learned(store, settings))
        stored_sources.save_profile(store, source, profile)
    furniture = profile.get("furniture", {})
    if not profile:
        say(f"What was learned about {source} is forgotten.")
        return
    say(f"Learned from {count(len(profile.get('seen', {})), 'article')}: {count(len(furniture), 'text')} of furniture.")
    texts = [str(entry.get("text", "")) for entry in furniture.values() if isinstance(entry, Mapping)]
    write_plain(f"  {_short(text)}\n" for text in texts)


async def _learned(store: Store, settings: SourceConfig) -> dict[str, Any]:
    """A profile made of the newest articles' stored pages, oldest first; pages that cannot be read teach nothing."""
    profile: dict[str, Any] = {}
    chosen = [a for a in stored_articles.articles(store, settings.id, limit=LEARNED_FROM) if a.version_count]
    async with Workers() as engine:
        for article in reversed(chosen):
            try:
                html, url, version = _page(store, article)
                rules = rules_at(settings.rules, version.first_seen_at)
                content = await engine.run(read_page, html, url, None, rules, None)
            except (NotFound, Unreadable, WorkerDied):
                continue
            profile = learn(profile, content, article=str(article.id))
    return profile
