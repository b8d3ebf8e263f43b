"""The stored pages of a source's newest articles, and the settings they are read with."""

from __future__ import annotations

from tracker.config import Config, SourceConfig
from tracker.errors import NotFound
from tracker.model import Article, Version
from tracker.page import decode
from tracker.render import clean
from tracker.store import Store
from tracker.store.history import captures, versions

_SHORT = 100


def settings_of(config: Config, source_id: str) -> SourceConfig:
    """The settings of a source that the sources file names. Raises NotFound."""
    for source in config.sources:
        if source.id == source_id:
            return source
    raise NotFound(f"{config.path} names no source {source_id!r}; tracker sources lists those that are known")


def short(text: str) -> str:
    """A text made harmless and cut to a line."""
    shown = clean(text)
    return shown if len(shown) <= _SHORT else shown[: _SHORT - 1] + "…"


def page_of(store: Store, article: Article) -> tuple[str, str, Version]:
    """The page of an article's newest version, its address and the version. Raises NotFound, StoreError."""
    version = versions.version(store, article.id, article.version_count)
    capture = captures.capture(store, version.capture_sha256, article_id=article.id, at=version.first_seen_at)
    html, _ = decode.text(capture.body, capture.header("content-type"))
    return html, capture.final_url, version
