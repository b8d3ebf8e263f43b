"""tracker add: Follow one more article or source from now on.

Section: Set up and follow
Place: 4
Example: tracker add https://times.example/2026/11/23/one-story
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.cli import probing, sources_file
from tracker.cli.context import CommandContext, with_context
from tracker.cli.screen import say
from tracker.config import Config, SourceConfig
from tracker.discovery import urls
from tracker.errors import AlreadyRunning, ConfigError, FetchError, NotFound, Unreadable
from tracker.model import Article, Capture, Found, Via
from tracker.render import clean
from tracker.scheduler.process import messages
from tracker.store import Store
from tracker.store.history import articles, sources

KINDS = ("article", "feed", "sitemap")


@click.command()
@click.argument("url")
@click.option("--source", help="The source it belongs to (its id), when the address does not tell.")
@click.option("--as", "kind", type=click.Choice(KINDS), help="What it is; without it the page is asked.")
@click.option("--id", "id_", metavar="ID", help="The id of a new source; from its host without it.")
@click.option("--name", help="The name of a new source; the feed's own title, or its host, without it.")
@with_context
def add(
    context: CommandContext, url: str, source: str | None, kind: str | None, id_: str | None, name: str | None
) -> None:
    """Follow one more article or source from now on.

    A feed, a sitemap or a front page that names its feeds becomes a source in
    sources.yaml, without those feeds that are followed already. A page that is
    an article belongs to the source on the same site, or to a new one. What
    cannot be read, or is no article, is refused; --as adds it unseen. What a
    shortener leads to is followed in its place.
    """
    config = context.config()
    address = probing.address(url)
    owner = _owner(config, address, source)
    if kind in (None, "article") and (known := _known(config, address)):
        _say_followed(known.id, known.source_id, new=False)
        return
    capture = _asked(context, address) if kind is None else None
    if capture and not urls.same_site(address, capture.final_url):
        address = capture.final_url
        owner = _owner(config, address, source)
        if known := _known(config, address):
            _say_followed(known.id, known.source_id, new=False)
            return
    entry = _entry(config, address, kind, owner, capture)
    if entry:
        entry |= _called(config, id_, name)
        text = config.path.read_text("utf-8")
        sources_file.save(config.path, sources_file.append(text, [entry]))
        say(f"Added the source {clean(str(entry['id']))} to {config.path}.")
        config = context.config()
        owner = next(s for s in config.sources if s.id == entry["id"])
        told = messages.ask(config.database, messages.ReloadRequest())
        if told is not None and not told.applied:
            raise ConfigError(f"the daemon that runs did not take it: {told.reason}")
        if told is not None:
            say("The daemon that runs follows it from now on.")
            return
    elif owner and (id_ or name):
        raise click.UsageError(f"--id and --name are of a new source, but {address} belongs to {owner.id}")
    if owner is None or (entry and "articles" not in entry):
        say("`tracker check` reads it now.")
    else:
        _follow(config, owner, address)


def _known(config: Config, address: str) -> Article | None:
    """The article of a source that is followed which has or had this address; None when there is none."""
    if not config.database.exists():
        return None
    with Store.open(config.database) as store:
        try:
            article = articles.article(store, articles.resolve(store, address))
        except NotFound:
            return None
    return article if article.source_id in {s.id for s in config.sources} else None


def _asked(context: CommandContext, address: str) -> Capture:
    """What an address answers. Raises FetchError with what to do instead."""
    try:
        return probing.fetch(address, context)
    except FetchError as error:
        raise FetchError(f"{error}\nSay what it is with --as {'|'.join(KINDS)} to add it unseen.") from None


def _called(config: Config, id_: str | None, name: str | None) -> dict[str, object]:
    """What a person calls a new source. Raises BadParameter for an id that is taken."""
    if id_ and id_ in {s.id for s in config.sources}:
        raise click.BadParameter(f"{id_} is taken already in {config.path}", param_hint="--id")
    return {key: value for key, value in (("id", id_), ("name", name)) if value}


def _entry(
    config: Config, address: str, kind: str | None, owner: SourceConfig | None, capture: Capture | None
) -> dict[str, object] | None:
    """The entry of a new source; None for an article of a source that is there."""
    host = urls.host(address).removeprefix("www.")
    entry: dict[str, object] = {"id": sources_file.slug(host, [s.id for s in config.sources]), "name": host}
    if capture is not None:
        named = probing.places(capture)
        if named and (title := probing.title(capture)):
            entry["name"] = title
        if not named and not (found := probing.is_article(capture)).article:
            raise Unreadable(f"{address} is no article: {found.reason}. With --as article it is followed all the same")
        named = _not_followed(config, address, capture.final_url, named)
    else:
        named = {} if kind == "article" else {f"{kind}s": [address]}
    if named:
        return entry | named
    return None if owner else entry | {"articles": [address]}


def _not_followed(config: Config, address: str, final_url: str, named: dict[str, list[str]]) -> dict[str, list[str]]:
    """The places that an address names and no source follows; a word for each of the others.

    `final_url` is where a feed or sitemap that names itself was found. Raises UsageError when nothing is left.
    """
    followed = {urls.key(place): source.id for source in config.sources for place in _places(source)}
    fresh: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    for kind, places in named.items():
        for place in places:
            owner = followed.get(urls.key(place)) or (place == address and followed.get(urls.key(final_url)))
            if owner:
                owners[place] = owner
            else:
                fresh.setdefault(kind, []).append(place)
    if named and not fresh:
        which = "; ".join(f"{place} under {owner}" for place, owner in owners.items())
        raise click.UsageError(f"everything that {address} names is followed already: {which} in {config.path}")
    for place, owner in owners.items():
        say(f"{clean(place)} is left out: {owner} follows it already.")
    return fresh


def _places(source: SourceConfig) -> tuple[str, ...]:
    return (*source.feeds, *source.sitemaps, *(s.url for s in source.sections), *source.articles)


def _owner(config: Config, address: str, source_id: str | None) -> SourceConfig | None:
    """The source an article belongs to: the one that was named, or the one on the same site."""
    if source_id:
        for source in config.sources:
            if source.id == source_id:
                return source
        known = ", ".join(s.id for s in config.sources)
        raise click.BadParameter(f"no source {source_id!r} in {config.path}; there are {known}", param_hint="--source")
    for source in config.sources:
        places = _places(source)
        if urls.key(address) in map(urls.key, places):
            raise click.UsageError(f"{address} is followed already: it is named under {source.id} in {config.path}")
        if any(urls.same_site(address, place) for place in places):
            return source
    return None


def _follow(config: Config, source: SourceConfig, address: str) -> None:
    """Put the article into the queue, due at once."""
    now = datetime.now(UTC)
    told = messages.ask(config.database, messages.AddRequest(source.id, address))
    if told is not None:
        _say_followed(told.article, source.id, told.new)
        return
    try:
        with Store.open(config.database, write=True) as store:
            sources.sync_sources(store, config.sources, now)
            new = articles.found(store, source.id, [Found(address, Via.URL)], now, due_at=now)
            article = articles.resolve(store, address, source.id)
    except AlreadyRunning as error:
        raise AlreadyRunning(
            f"{error}\nName {address} under `articles` of {source.id} in {config.path} instead."
        ) from None
    _say_followed(article, source.id, bool(new))


def _say_followed(article: int, source_id: str, new: bool) -> None:
    if new:
        say(f"Article {article} of {source_id} is followed from now on: `tracker check {article}` visits it now.")
    else:
        say(f"Article {article} of {source_id} was followed already.")
