"""Finding articles: one story is one article, whatever addresses it has."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.world import HOUR, NOW, POST, TIMES, follow, says, told
from tracker.discovery.signals import Record
from tracker.errors import NotFound
from tracker.model import Found, State, Via
from tracker.store import Store
from tracker.store.connection import row
from tracker.store.history import articles, record, sources, versions
from tracker.store.history.sources import SIGNALS_REMEMBERED
from tracker.store.queue import queue


def test_the_same_article_in_two_feeds_of_two_sources_is_one_article(store: Store) -> None:
    url = "https://times.example/harbour"
    first = articles.found(
        store, "example-times", [Found(url, Via.FEED), Found(url + "#top", Via.FEED)], NOW, due_at=NOW
    )
    second = articles.found(
        store, "example-post", [Found(url + "?utm_source=rss", Via.SITEMAP)], NOW + HOUR, due_at=NOW
    )
    assert (len(first), second) == (1, [])
    assert articles.article(store, first[0]).source_id == "example-times"
    assert articles.addresses(store, first[0])[0].last_seen_at == NOW + HOUR


def test_the_amp_and_mobile_forms_of_an_article_are_not_followed_beside_it(store: Store) -> None:
    article = follow(store)
    forms = (
        "https://m.times.example/harbour",
        "https://times.example/harbour?amp=1",
        "https://times.example/amp/harbour",
    )
    assert articles.found(store, "example-times", [Found(url, Via.SECTION) for url in forms], NOW, due_at=NOW) == []
    assert [address.url for address in articles.addresses(store, article)] == ["https://times.example/harbour"], (
        "a guess is not kept"
    )
    assert len(articles.found(store, "example-post", [Found(forms[1], Via.SECTION)], NOW, due_at=NOW)) == 1
    assert len(articles.found(store, "example-times", [Found(forms[0], Via.URL)], NOW, due_at=NOW)) == 1, (
        "a person wants it"
    )
    other = [Found("https://times.example/harbour?page=2", Via.SECTION)]
    assert len(articles.found(store, "example-times", other, NOW, due_at=NOW)) == 1


def test_a_found_article_is_due_as_asked_and_knows_how_it_was_found(store: Store) -> None:
    found = Found("https://times.example/a", Via.SITEMAP, "A title", published_at=NOW - HOUR)
    [article_id] = articles.found(store, "example-times", [found], NOW, due_at=NOW + HOUR)
    article = articles.article(store, article_id)
    assert (article.headline, article.discovered_via, article.published_at) == ("A title", Via.SITEMAP, NOW - HOUR)
    assert (article.state, article.pinned, article.version_count) == (State.LIVE, False, 0)
    assert queue.state(store, article_id).next_check_at == NOW + HOUR
    [pinned] = articles.found(store, "example-times", [Found("https://times.example/b", Via.URL)], NOW, due_at=NOW)
    assert articles.article(store, pinned).pinned


@pytest.mark.parametrize("address", ["", "not a url", "mailto:a@b.example", "javascript:alert(1)", "https://"])
def test_what_is_no_address_is_left_out(store: Store, address: str) -> None:
    assert articles.found(store, "example-times", [Found(address, Via.FEED)], NOW, due_at=NOW) == []
    with pytest.raises(NotFound):
        articles.resolve(store, address)


def test_a_reference_is_an_id_or_any_address(store: Store) -> None:
    article = follow(store)
    for reference in (str(article), f" {article} ", "https://times.example/harbour?utm_campaign=x"):
        assert articles.resolve(store, reference) == article
    for missing in ("999", "9" * 40, "https://times.example/other"):
        with pytest.raises(NotFound):
            articles.resolve(store, missing)


def test_articles_come_newest_first_and_in_pages(store: Store) -> None:
    ids = [follow(store, f"a{n}") for n in range(5)]
    other = follow(store, "b", "example-post")
    assert [a.id for a in articles.articles(store)] == [other, *ids[::-1]]
    assert [a.id for a in articles.articles(store, "example-times", limit=2)] == [ids[4], ids[3]]
    assert [a.id for a in articles.articles(store, "example-times", limit=2, before_id=ids[3])] == [ids[2], ids[1]]
    assert articles.articles(store, "example-post", State.GONE) == []
    assert [a.id for a in articles.articles(store, "example-post", State.LIVE)] == [other]


def test_what_is_due_comes_longest_due_first_and_no_earlier(store: Store) -> None:
    late, soon, future = (follow(store, path, at=at) for path, at in (("l", NOW - HOUR), ("s", NOW), ("f", NOW + HOUR)))
    assert [d.article.id for d in queue.due(store, NOW, 10)] == [late, soon]
    assert [d.state.article_id for d in queue.due(store, NOW, 1)] == [late]
    assert queue.next_due_at(store) == NOW - HOUR
    queue.reschedule(store, late, NOW + 2 * HOUR)
    record.retire(store, soon)
    assert queue.due(store, NOW, 10) == []
    assert queue.next_due_at(store) == NOW + HOUR
    queue.reschedule(store, late, None)
    assert [d.article.id for d in queue.due(store, NOW + 9 * HOUR, 10)] == [future]


def test_a_check_is_only_ever_brought_forward(store: Store) -> None:
    article = follow(store, at=NOW + HOUR)
    assert queue.bring_forward(store, article, NOW)
    assert not queue.bring_forward(store, article, NOW + HOUR)
    assert queue.state(store, article).next_check_at == NOW
    record.retire(store, article)
    assert not queue.bring_forward(store, article, NOW)


def test_rescheduling_what_is_not_there_says_so(store: Store) -> None:
    for act in (
        lambda: queue.reschedule(store, 9, NOW),
        lambda: record.retire(store, 9),
        lambda: queue.state(store, 9),
    ):
        with pytest.raises(NotFound, match="no article 9"):
            act()


def test_a_source_that_is_no_longer_configured_keeps_its_history(store: Store) -> None:
    article = told(store, [says()])
    sources.sync_sources(store, [replace(POST, name="Post, the")], NOW + HOUR)
    assert [(s.id, s.name, s.active) for s in sources.sources(store)] == [
        ("example-post", "Post, the", True),
        ("example-times", "The Example Times", False),
    ]
    assert sources.source(store, "example-times").added_at == NOW
    assert versions.version(store, article, 1).content.headline == "Old pier to close"
    with pytest.raises(NotFound, match="no source"):
        sources.source(store, "nobody")


def test_secrets_in_addresses_do_not_reach_the_database(store: Store) -> None:
    secret = replace(
        TIMES,
        feeds=("https://user:hunter2@times.example/rss?api_key=hunter2&page=2",),
        articles=("https://times.example/a?token=hunter2",),
        follow=timedelta(days=3),
    )
    sources.sync_sources(store, [secret], NOW)
    assert "hunter2" not in "".join(store.db.conn.iterdump())
    source = sources.source(store, "example-times")
    found = row(store.db, "select config from sources where id = 'example-times'")
    assert found is not None
    kept = json.loads(found["config"])
    assert (kept["feeds"], kept["follow"]) == (["https://times.example/rss?api_key=***&page=2"], 259200.0)
    assert source.home_url == "https://times.example/"


def test_hosts_profiles_and_signals_survive(store: Store) -> None:
    from tracker.model import Host

    host = Host("times.example", NOW + timedelta(milliseconds=1500), 2000, 3, NOW + HOUR, False, "User-agent: *", NOW)
    sources.save_host(store, replace(host, failures=1))
    sources.save_host(store, host)
    sources.save_profile(store, "example-times", {"body": "article"})
    sources.save_profile(store, "example-times", {"body": "main", "seen": 3})
    sources.count_signal(store, "example-times", "lastmod", right=True)
    sources.count_signal(store, "example-times", "lastmod", right=False)
    sources.count_signal(store, "example-times", "lastmod", right=False)
    with store.reader() as reader:
        assert sources.hosts(reader) == [replace(host, next_slot_at=NOW + timedelta(seconds=2))]
        assert [sources.host(reader, host.host), sources.host(reader, "else.test")] == [*sources.hosts(reader), None]
        assert sources.profile(reader, "example-times") == {"body": "main", "seen": 3}
        assert sources.profile(reader, "example-post") == {}
        assert sources.signals(reader, "example-times") == {"lastmod": (1, 2)}
        assert sources.health(reader, "example-post").last_check_at is None


def test_a_record_of_hints_forgets_but_keeps_its_shares(store: Store) -> None:
    """A source that was wrong for years is believed again soon after its system was repaired, and the other way."""
    for n in range(1000):
        sources.count_signal(store, "example-times", "lastmod", right=False)
        sources.count_signal(store, "example-times", "silent", right=True)
        assert sum(sources.signals(store, "example-times")["lastmod"]) <= SIGNALS_REMEMBERED, n
    wrong, silent = (
        sources.signals(store, "example-times")["lastmod"][1],
        sources.signals(store, "example-times")["silent"][0],
    )
    assert wrong == pytest.approx(silent, abs=1)
    for _ in range(40):
        sources.count_signal(store, "example-times", "lastmod", right=True)
    assert Record(*sources.signals(store, "example-times")["lastmod"]).believed()
    assert sources.signals(store, "example-post") == {}
