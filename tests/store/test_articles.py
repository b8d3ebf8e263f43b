"""Finding articles: one story is one article, whatever addresses it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.world import HOUR, NOW, POST, TIMES, follow, says, told
from tracker.discovery.signals import Record
from tracker.errors import NotFound
from tracker.model import Found, State, Via
from tracker.store import Store
from tracker.store.history.sources import SIGNALS_REMEMBERED


def test_the_same_article_in_two_feeds_of_two_sources_is_one_article(store: Store) -> None:
    url = "https://times.example/harbour"
    first = store.found("example-times", [Found(url, Via.FEED), Found(url + "#top", Via.FEED)], NOW, due_at=NOW)
    second = store.found("example-post", [Found(url + "?utm_source=rss", Via.SITEMAP)], NOW + HOUR, due_at=NOW)
    assert (len(first), second) == (1, [])
    assert store.article(first[0]).source_id == "example-times"
    assert store.urls(first[0])[0].last_seen_at == NOW + HOUR


def test_the_amp_and_mobile_forms_of_an_article_are_not_followed_beside_it(store: Store) -> None:
    article = follow(store)
    forms = (
        "https://m.times.example/harbour",
        "https://times.example/harbour?amp=1",
        "https://times.example/amp/harbour",
    )
    assert store.found("example-times", [Found(url, Via.SECTION) for url in forms], NOW, due_at=NOW) == []
    assert [address.url for address in store.urls(article)] == ["https://times.example/harbour"], "a guess is not kept"
    assert len(store.found("example-post", [Found(forms[1], Via.SECTION)], NOW, due_at=NOW)) == 1
    assert len(store.found("example-times", [Found(forms[0], Via.URL)], NOW, due_at=NOW)) == 1, "a person wants it"
    other = [Found("https://times.example/harbour?page=2", Via.SECTION)]
    assert len(store.found("example-times", other, NOW, due_at=NOW)) == 1


def test_a_found_article_is_due_as_asked_and_knows_how_it_was_found(store: Store) -> None:
    found = Found("https://times.example/a", Via.SITEMAP, "A title", published_at=NOW - HOUR)
    [article_id] = store.found("example-times", [found], NOW, due_at=NOW + HOUR)
    article = store.article(article_id)
    assert (article.headline, article.discovered_via, article.published_at) == ("A title", Via.SITEMAP, NOW - HOUR)
    assert (article.state, article.pinned, article.version_count) == (State.LIVE, False, 0)
    assert store.state(article_id).next_check_at == NOW + HOUR
    [pinned] = store.found("example-times", [Found("https://times.example/b", Via.URL)], NOW, due_at=NOW)
    assert store.article(pinned).pinned


@pytest.mark.parametrize("address", ["", "not a url", "mailto:a@b.example", "javascript:alert(1)", "https://"])
def test_what_is_no_address_is_left_out(store: Store, address: str) -> None:
    assert store.found("example-times", [Found(address, Via.FEED)], NOW, due_at=NOW) == []
    with pytest.raises(NotFound):
        store.resolve(address)


def test_a_reference_is_an_id_or_any_address(store: Store) -> None:
    article = follow(store)
    for reference in (str(article), f" {article} ", "https://times.example/harbour?utm_campaign=x"):
        assert store.resolve(reference) == article
    for missing in ("999", "9" * 40, "https://times.example/other"):
        with pytest.raises(NotFound):
            store.resolve(missing)


def test_articles_come_newest_first_and_in_pages(store: Store) -> None:
    ids = [follow(store, f"a{n}") for n in range(5)]
    other = follow(store, "b", "example-post")
    assert [a.id for a in store.articles()] == [other, *ids[::-1]]
    assert [a.id for a in store.articles("example-times", limit=2)] == [ids[4], ids[3]]
    assert [a.id for a in store.articles("example-times", limit=2, before_id=ids[3])] == [ids[2], ids[1]]
    assert store.articles("example-post", State.GONE) == []
    assert [a.id for a in store.articles("example-post", State.LIVE)] == [other]


def test_what_is_due_comes_longest_due_first_and_no_earlier(store: Store) -> None:
    late, soon, future = (follow(store, path, at=at) for path, at in (("l", NOW - HOUR), ("s", NOW), ("f", NOW + HOUR)))
    assert [d.article.id for d in store.due(NOW, 10)] == [late, soon]
    assert [d.state.article_id for d in store.due(NOW, 1)] == [late]
    assert store.next_due_at() == NOW - HOUR
    store.reschedule(late, NOW + 2 * HOUR)
    store.retire(soon)
    assert store.due(NOW, 10) == []
    assert store.next_due_at() == NOW + HOUR
    store.reschedule(late, None)
    assert [d.article.id for d in store.due(NOW + 9 * HOUR, 10)] == [future]


def test_a_check_is_only_ever_brought_forward(store: Store) -> None:
    article = follow(store, at=NOW + HOUR)
    assert store.bring_forward(article, NOW)
    assert not store.bring_forward(article, NOW + HOUR)
    assert store.state(article).next_check_at == NOW
    store.retire(article)
    assert not store.bring_forward(article, NOW)


def test_rescheduling_what_is_not_there_says_so(store: Store) -> None:
    for act in (lambda: store.reschedule(9, NOW), lambda: store.retire(9), lambda: store.state(9)):
        with pytest.raises(NotFound, match="no article 9"):
            act()


def test_a_source_that_is_no_longer_configured_keeps_its_history(store: Store) -> None:
    article = told(store, [says()])
    store.sync_sources([replace(POST, name="Post, the")], NOW + HOUR)
    assert [(s.id, s.name, s.active) for s in store.sources()] == [
        ("example-post", "Post, the", True),
        ("example-times", "The Example Times", False),
    ]
    assert store.source("example-times").added_at == NOW
    assert store.version(article, 1).content.headline == "Old pier to close"
    with pytest.raises(NotFound, match="no source"):
        store.source("nobody")


def test_secrets_in_addresses_do_not_reach_the_database(store: Store) -> None:
    secret = replace(
        TIMES,
        feeds=("https://user:hunter2@times.example/rss?api_key=hunter2&page=2",),
        articles=("https://times.example/a?token=hunter2",),
        follow=timedelta(days=3),
    )
    store.sync_sources([secret], NOW)
    assert "hunter2" not in "".join(store.db.conn.iterdump())
    source = store.source("example-times")
    assert source.config["feeds"] == ["https://times.example/rss?api_key=***&page=2"]
    assert (source.config["follow"], source.home_url) == (259200.0, "https://times.example/")


def test_hosts_profiles_and_signals_survive(store: Store) -> None:
    from tracker.model import Host

    host = Host("times.example", NOW + timedelta(milliseconds=1500), 2000, 3, NOW + HOUR, False, "User-agent: *", NOW)
    store.save_host(replace(host, failures=1))
    store.save_host(host)
    store.save_profile("example-times", {"body": "article"})
    store.save_profile("example-times", {"body": "main", "seen": 3})
    store.count_signal("example-times", "lastmod", right=True)
    store.count_signal("example-times", "lastmod", right=False)
    store.count_signal("example-times", "lastmod", right=False)
    with store.reader() as reader:
        assert reader.hosts() == [replace(host, next_slot_at=NOW + timedelta(seconds=2))]
        assert [reader.host(host.host), reader.host("else.test")] == [*reader.hosts(), None]
        assert reader.profile("example-times") == {"body": "main", "seen": 3}
        assert reader.profile("example-post") == {}
        assert reader.signals("example-times") == {"lastmod": (1, 2)}
        assert reader.health("example-post").last_check_at is None


def test_a_record_of_hints_forgets_but_keeps_its_shares(store: Store) -> None:
    """A source that was wrong for years is believed again soon after its system was repaired, and the other way."""
    for n in range(1000):
        store.count_signal("example-times", "lastmod", right=False)
        store.count_signal("example-times", "silent", right=True)
        assert sum(store.signals("example-times")["lastmod"]) <= SIGNALS_REMEMBERED, n
    wrong, silent = store.signals("example-times")["lastmod"][1], store.signals("example-times")["silent"][0]
    assert wrong == pytest.approx(silent, abs=1)
    for _ in range(40):
        store.count_signal("example-times", "lastmod", right=True)
    assert Record(*store.signals("example-times")["lastmod"]).believed()
    assert store.signals("example-post") == {}
