"""Articles as a list: a table on a terminal, tab-separated lines in a pipe."""

from __future__ import annotations

from collections.abc import Sequence, Set

from tracker.cli.screen import Screen, write_plain
from tracker.cli.tables import Column, table
from tracker.model import Article, State
from tracker.render import clean


def show_articles(found: Sequence[Article], apparently_gone: Set[int]) -> None:
    """Articles, with the ids of those that seem to be gone: a table on a terminal, tab-separated lines in a pipe."""
    lines = [_article(a, a.id in apparently_gone) for a in found]
    screen = Screen.of_stdout()
    if screen.terminal:
        screen.write([table(_ARTICLES, lines, screen.width)])
    else:
        write_plain("\t".join((*line, clean(a.url))) + "\n" for line, a in zip(lines, found, strict=True))


def _article(article: Article, apparently_gone: bool) -> tuple[str, ...]:
    headline = clean(article.headline) or clean(article.url)
    state = state_words(article, apparently_gone)
    return str(article.id), clean(article.source_id), state, str(article.version_count), headline


def state_words(article: Article, apparently_gone: bool) -> str:
    """`live`, `gone`, `moved` …; of a live one also `apparently gone`, and `not read yet` when no check has read it."""
    unread = article.state is State.LIVE and not article.version_count
    if apparently_gone and article.state is State.LIVE:
        return "apparently gone"
    return "not read yet" if unread else article.state.value


_ARTICLES = (
    Column("id", right=True),
    Column("source"),
    Column("state", quiet=True, spare=1),
    Column("versions", right=True, quiet=True, spare=2),
    Column("headline"),
)
