"""What an import asks of its kinds: who reads which, by whom it was seen, and which source an address belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from tracker.config import SourceConfig
from tracker.discovery import urls
from tracker.errors import UsageError
from tracker.exchange import git_in, pages_in, tables_in, trackers_in, warc_in
from tracker.exchange.brought import Brought
from tracker.store.upkeep.imports import Observer
from tracker.store.upkeep.staging import Stage

KINDS = (
    *("warc", "wayback", "html", "git", "ota", "diffengine", "newsedits", "newsdiffs"),
    *("changedetection", "urlwatch", "webchanges", "tables"),
)
_TEXTS = frozenset(("diffengine", "newsedits", "newsdiffs", "changedetection", "urlwatch", "webchanges", "tables"))
_READ_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported: its kind, where from, and what it does not say of itself."""

    kind: str
    places: tuple[str, ...]
    observer: str
    zone: tzinfo | None = None
    since: datetime | None = None
    until: datetime | None = None
    date_from: str = ""
    urls: Path | None = None
    declarations: Path | None = None
    url: str = ""

    @property
    def seen_by(self) -> Observer:
        """Who saw what is imported."""
        name = self.observer or self.kind
        return Observer(name, name, self.kind, "text" if self.kind in _TEXTS else "page")

    def in_period(self, at: datetime) -> bool:
        """Whether a moment is one that was asked for."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Sites:
    """Which source an address belongs to, by the sites of the addresses that sources.yaml gives it.

    `only` is the one source that was named; with `everything` whatever comes is that one's.
    """

    by_site: dict[str, str]
    only: str = ""
    everything: bool = False

    def source_of(self, url: str) -> str:
        """The source's id; empty when it is none's."""
        if self.everything:
            return self.only
        try:
            found = self.by_site.get(urls.site(urls.host(url)), "")
        except ValueError:
            return ""
        return found if not self.only or found == self.only else ""

    def wanted(self, url: str) -> bool:
        """Whether an address belongs to a source at all."""
        return bool(self.source_of(url))


def sites(sources: Iterable[SourceConfig], only: str, everything: bool) -> Sites:
    """The sites of the sources. A named source that has no address yet takes everything."""
    found: dict[str, str] = {}
    for source in sources:
        addresses = (*source.feeds, *source.sitemaps, *(s.url for s in source.sections), *source.articles)
        for address in addresses:
            try:
                found.setdefault(urls.site(urls.host(address)), source.id)
            except ValueError:
                continue
    return Sites(found, only, everything or bool(only and only not in found.values()))


def stage(
    found: Iterable[Brought],
    into: Stage,
    asked: ImportRequest,
    key_of: Callable[[str], str],
    count: Callable[[str], object],
) -> None:
    """Lay out what a reader brings; `count` is told of each record that is not laid out, with the reason."""
    from tracker.model import Capture

    for one in found:
        if not isinstance(one, Capture):
            count(one.reason)
        elif not asked.in_period(one.fetched_at):
            count("captures of another time")
        elif not (key := key_of(one.final_url)):
            count("records of no web address")
        elif not into.add(key, one):
            count("records that came twice")


def read(
    asked: ImportRequest, wanted: Callable[[str], bool], body_of: Callable[[str], bytes | None]
) -> Iterator[Brought]:
    """What the files of an import bring. Raises UsageError, StoreError."""
    observer, paths = asked.seen_by.id, [Path(place) for place in asked.places]
    if asked.kind == "warc":
        reader = warc_in.WarcReader(observer, wanted)
        for path in paths:
            yield from reader.read(path)
        yield from reader.resolved(body_of)
        return
    if asked.kind in ("git", "newsdiffs"):
        if len(paths) != 2:
            second = "the PATH of a file in it" if asked.kind == "git" else "the folder of its repositories"
            raise UsageError(
                f"{asked.kind} takes two: {'a repository' if asked.kind == 'git' else 'its database'} and {second}"
            )
        if asked.kind == "newsdiffs":
            yield from git_in.newsdiffs(paths[0], paths[1], observer, asked.zone)
        elif not asked.url:
            raise UsageError("say with --url which address the file in the repository was taken from")
        else:
            yield from git_in.history(paths[0], asked.places[1], asked.url, observer)
        return
    for path in paths:
        yield from _one(asked, path, observer)


def _one(asked: ImportRequest, path: Path, observer: str) -> Iterator[Brought]:
    if asked.kind in ("diffengine", "newsedits"):
        return trackers_in.entry_versions(path, observer)
    if asked.kind == "changedetection":
        return trackers_in.changedetection(path, observer)
    if asked.kind == "urlwatch":
        return trackers_in.urlwatch(path, observer, asked.urls)
    if asked.kind == "webchanges":
        return trackers_in.webchanges(path, observer, asked.urls)
    if asked.kind == "html":
        return pages_in.read(path, observer, asked.date_from, asked.zone)
    if asked.kind == "tables":
        return tables_in.read(path, observer, asked.zone)
    if asked.declarations is None:
        raise UsageError("the addresses are in the declarations: name their folder with --declarations")
    return git_in.open_terms(path, asked.declarations, observer)


def fingerprint(paths: Iterable[Path]) -> str:
    """The SHA-256 over files, or over the names, sizes and times of what lies in folders."""
    total = hashlib.sha256()
    for path in paths:
        if path.is_dir():
            for one in sorted(p for p in path.rglob("*") if p.is_file()):
                state = one.stat()
                total.update(
                    f"{one.relative_to(path)}\0{state.st_size}\0{state.st_mtime_ns}\n".encode(errors="replace")
                )
        elif path.is_file():
            with path.open("rb") as file:
                while piece := file.read(_READ_AT_ONCE):
                    total.update(piece)
        else:
            total.update(f"{path}\n".encode(errors="replace"))
    return total.hexdigest()
