"""Articles as a list: a table on a terminal, tab-separated lines in a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.cli.screen import Screen, write_plain
from tracker.cli.tables import Column, table
from tracker.model import Article, State
from tracker.render import clean


def show_articles(found: Sequence[Article]) -> None:
    """Articles as a table on a terminal, as tab-separated lines in a pipe."""
    screen = Screen.of_stdout()
    if screen.terminal:
        screen.write([table(_ARTICLES, [_article(a) for a in found], screen.width)])
    else:
        write_plain("\t".join((*_article(a), clean(a.url))) + "\n" for a in found)


def _article(article: Article) -> tuple[str, ...]:
    headline = clean(article.headline) or clean(article.url)
    return str(article.id), clean(article.source_id), state_words(article), str(article.version_count), headline


def state_words(article: Article) -> str:
    """`live`, `gone`, `moved` …, and `not read yet` for an article that is followed but that no check has read."""
    unread = article.state is State.LIVE and not article.version_count
    return "not read yet" if unread else article.state.value


_ARTICLES = (
    Column("id", right=True),
    Column("source"),
    Column("state", quiet=True, spare=1),
    Column("versions", right=True, quiet=True, spare=2),
    Column("headline"),
)
