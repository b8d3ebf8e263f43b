"""What an edit brought and another article of the source carries too is furniture, from its second sighting on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.world import HOUR, LONG, NOW, follow, publish, says, told
from tracker.differ import diff
from tracker.model import Block, ChangeFilter
from tracker.store import Store
from tracker.store.history import changes
from tracker.store.history.second_sightings import RULE
from tracker.store.proof import integrity
from tracker.store.upkeep import rebuild
from tracker.store.upkeep.forget import forget

ADVERT = "Get three months of the paper for the price of one, and cancel whenever you like."
NEWS = "The mayor resigned on Tuesday after the report was published."
OTHER = (
    "Voters in the valley will choose a new council in March.",
    "Turnout at the last election was lower than in any year since the war.",
    "Polling stations open at eight and close at six.",
)
DAY = timedelta(days=1)


def everything(store: Store, article_id: int | None = None) -> list[str | None]:
    """The noise rules of the changes, oldest first."""
    return [c.noise_rule for c in changes.changes(store, ChangeFilter(article_id=article_id, noise=True))][::-1]


def noise_counted(store: Store) -> int:
    """The noise in the sums of the source."""
    return int(store.db.execute("select sum(noise) from source_totals").fetchone()[0])


def sound(store: Store) -> bool:
    """Whether verify finds nothing."""
    return integrity.verify(store).finding is None


def test_an_inserted_line_is_marked_when_another_article_shows_it(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT)])
    assert everything(store) == [None]
    told(store, [says(*OTHER, ADVERT)], path="vote")
    assert everything(store) == [RULE]
    assert list(changes.changes(store)) == []
    assert noise_counted(store) == 1
    assert sound(store)


def test_a_line_that_the_other_reading_left_out_counts_too(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT)])
    content = says(*OTHER)
    told(store, [replace(content, blocks=(*content.blocks, Block(ADVERT, "div/p", False, "promo")))], path="vote")
    assert everything(store) == [RULE]


def test_its_going_away_is_no_more_news_than_its_coming(store: Store) -> None:
    article = told(store, [says(), says(*LONG, ADVERT)])
    told(store, [says(*OTHER, ADVERT)], path="vote")
    publish(store, article, says(), NOW + 5 * HOUR)
    assert everything(store, article) == [RULE, RULE]
    assert noise_counted(store) == 2
    assert sound(store)


def test_a_line_that_came_into_both_by_edits_marks_both(store: Store) -> None:
    first = told(store, [says(), says(*LONG, ADVERT)])
    second = told(store, [says(*OTHER), says(*OTHER, ADVERT)], path="vote")
    assert everything(store, first) == everything(store, second) == [RULE]
    assert noise_counted(store) == 2
    assert sound(store)


def test_news_beside_the_line_stays_news(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT, NEWS)])
    told(store, [says(*OTHER, ADVERT)], path="vote")
    assert everything(store) == [None]
    assert sound(store)


def test_an_edited_sentence_is_never_marked(store: Store) -> None:
    told(store, [says(), says(LONG[0], LONG[1].replace("41", "44"), LONG[2])])
    told(store, [says(*OTHER, LONG[1].replace("41", "44"))], path="vote")
    assert everything(store) == [None]


def test_a_line_with_a_changed_headline_is_never_marked(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT, headline="Old pier closes")])
    told(store, [says(*OTHER, ADVERT)], path="vote")
    assert everything(store) == [None]


def test_a_correction_is_never_marked(store: Store) -> None:
    notice = "Correction: an earlier version of this article misstated the number of boats."
    told(store, [says(), says(*LONG, notice)])
    told(store, [says(*OTHER, notice)], path="vote")
    assert everything(store) == [None]


def test_a_line_that_two_copies_of_one_story_share_stays_news(store: Store) -> None:
    told(store, [says(), says(*LONG, NEWS)])
    told(store, [says(*LONG, NEWS, OTHER[0])], path="copy")
    assert everything(store) == [None]


def test_another_source_says_nothing(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT)])
    told(store, [says(*OTHER, ADVERT)], path="vote", source="example-post")
    assert everything(store) == [None]


def test_a_sighting_a_month_later_says_nothing(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT)])
    publish(store, follow(store, "vote"), says(*OTHER, ADVERT), NOW + 32 * DAY)
    assert everything(store) == [None]
    assert store.db.execute("select count(*) from edited_paragraphs").fetchone() == (0,)


def test_a_forged_mark_is_found(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT)])
    store.db.conn.execute("update changes set noise_rule = ?, noise_seen_at = seen_before", (RULE,))
    finding = integrity.verify(store).finding
    assert finding is not None
    assert "other articles" in finding.problem


def test_a_mark_that_was_taken_away_is_found(store: Store) -> None:
    told(store, [says(), says(*LONG, ADVERT)])
    told(store, [says(*OTHER, ADVERT)], path="vote")
    store.db.conn.execute("update changes set noise_rule = null, noise_seen_at = null")
    assert not sound(store)


def test_a_rebuild_keeps_the_mark_and_the_sums(store: Store) -> None:
    article = told(store, [says(), says(*LONG, ADVERT)])
    told(store, [says(*OTHER, ADVERT)], path="vote")
    [change] = changes.changes(store, ChangeFilter(noise=True))
    found = store.db.execute("select * from versions where article_id = ? order by number", (article,))
    ids = [r[0] for r in found]
    steps = [
        rebuild.Reread(says(), "", NOW, None, None, ids[0]),
        rebuild.Reread(says(*LONG, ADVERT), "", NOW + HOUR, NOW, diff(says(), says(*LONG, ADVERT)), ids[1]),
    ]
    begun = rebuild.begin(store, source_id=None, code="x", now=NOW + DAY)
    rebuild.put(store, article, steps, begun, NOW + DAY)
    assert everything(store) == [RULE]
    assert rebuild.says_the_same(change, diff(says(), says(*LONG, ADVERT)))
    assert noise_counted(store) == 1
    assert sound(store)


def test_a_forgotten_article_takes_its_marks_along(store: Store) -> None:
    article = told(store, [says(), says(*LONG, ADVERT)])
    told(store, [says(*OTHER, ADVERT)], path="vote")
    forget(store, article, "asked for", NOW + DAY)
    assert noise_counted(store) == 0
    assert store.db.execute("select count(*) from edited_paragraphs").fetchone() == (0,)
