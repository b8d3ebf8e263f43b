"""One check, from the door to the shelf, on the newsroom's pages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.scheduler.world import PATIENCE, World, a_world, inline
from tracker import extractor
from tracker.errors import Unreadable, WorkerDied
from tracker.fetcher.lanes import FAILURES_ALLOWED
from tracker.model import Found, Outcome, Rules, State, Suspicion, Via
from tracker.newsroom.faults import Fault
from tracker.newsroom.story import plain
from tracker.pipeline.check import failed
from tracker.pipeline.tasks import difference, read_page
from tracker.pipeline.walk import rules_at
from tracker.scheduler.revisit import policy
from tracker.store.history import articles, record
from tracker.store.history import checks as stored_checks
from tracker.store.history import versions as stored_versions
from tracker.store.queue import queue

FERRY = "ferry-fog-timetable"
GULLS = "mayor-gulls"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path, limits=PATIENCE) as opened:
        await opened.discover()
        yield opened


async def test_the_first_check_reads_a_version_and_the_next_confirms_it(world: World) -> None:
    first = await world.check(FERRY)
    assert first.outcome is Outcome.NEW
    assert first.content is not None
    assert first.content.headline.startswith("Ferry company blames fog")
    assert first.capture is not None
    second = await world.check(FERRY, minutes=30)
    assert second.outcome is Outcome.UNCHANGED
    assert second.capture is None
    state = queue.state(world.store, world.id(FERRY))
    assert state.last_seen_at == world.clock.now()
    assert state.checks == 2
    assert len(stored_versions.versions(world.store, world.id(FERRY))) == 1


async def test_a_page_that_a_section_links_to_is_followed_only_when_it_is_an_article(world: World) -> None:
    base, now = world.newsroom.sites["harbour-courier"], world.clock.now()
    links = [Found(f"{base}/", Via.SECTION), Found(world.newsroom.url(GULLS) + "?again=1", Via.SECTION)]
    listing, story = articles.found(world.store, "harbour-courier", links, now, due_at=now)
    result = await world.check(listing)
    assert result.outcome is Outcome.UNREADABLE
    assert "a section links to it" in result.error
    assert (await world.check(story)).outcome is Outcome.NEW


async def test_furniture_that_turns_with_every_request_makes_no_version(world: World) -> None:
    for story in world.newsroom.stories("harbour-courier"):
        outcomes = await world.outcomes(story.slug, 0, 60, 600, 2000)
        assert outcomes == [Outcome.NEW, *[Outcome.UNCHANGED] * 3], story.slug


async def test_a_headline_alone_makes_a_version_with_its_interval(world: World) -> None:
    await world.check(GULLS)
    before = world.clock.now()
    world.clock.pass_(minutes=20)
    world.newsroom.edit(GULLS, headline="Mayor's gull figures questioned")
    result = await world.check(GULLS, minutes=10)
    assert result.outcome is Outcome.CHANGED
    (change,) = world.changes
    assert change.headline_changed
    assert change.noise_rule is None
    assert (change.after, change.before) == (before, world.clock.now())


async def test_there_and_back_again_is_three_versions_and_the_third_is_the_first(world: World) -> None:
    await world.check(GULLS)
    for headline in ("Mayor questioned", "Mayor lied about gulls"):
        world.newsroom.edit(GULLS, headline=headline)
        await world.check(GULLS, minutes=30)
    versions = stored_versions.versions(world.store, world.id(GULLS))
    assert [v.number for v in versions] == [1, 2, 3]
    assert [v.same_as for v in versions] == [None, None, 1]


async def test_one_digit_in_a_long_text_is_a_change_with_a_number(world: World) -> None:
    body = [
        f"Paragraph {n} of the long report tells about boat number {n} and the year {1900 + n}." for n in range(300)
    ]
    world.newsroom.publish("long-report", headline="The long report", body=body)
    await world.discover()
    await world.check("long-report")
    world.newsroom.edit("long-report", replace={"old": "the year 2111", "new": "the year 2112"})
    result = await world.check("long-report", minutes=30)
    assert result.outcome is Outcome.CHANGED
    (change,) = world.changes
    assert "number" in change.tags
    assert change.noise_rule is None
    assert (change.words_added, change.words_removed) == (1, 1)


async def test_an_edit_in_a_sentence_with_updated_and_published_is_seen(world: World) -> None:
    body = [
        "The register was updated on Monday.",
        "It is published every week by the harbour office.",
        "Nobody reads it.",
    ]
    body += [f"The clerk keeps volume {n} under a cushion, where it is warm." for n in range(8)]
    world.newsroom.publish("register", headline="The register", body=body)
    await world.discover()
    await world.check("register")
    for old, new in (("updated on Monday", "updated on Friday"), ("published every week", "published every year")):
        world.newsroom.edit("register", replace={"old": old, "new": new})
        assert (await world.check("register", minutes=30)).outcome is Outcome.CHANGED
    assert [change.noise_rule for change in world.changes] == [None, None]


async def test_a_look_that_a_resting_host_did_not_get_is_made_when_the_rest_ends(world: World) -> None:
    """Its own failures do not grow by it: they would put off the article for hours after the host is back."""
    await world.check(GULLS)
    world.newsroom.fail(FERRY, Fault.STATUS, status=500)
    await world.outcomes(FERRY, *[10] * FAILURES_ALLOWED)
    place = urlsplit(world.newsroom.sites["harbour-courier"]).netloc
    asked, checks = len(world.newsroom.requests), queue.state(world.store, world.id(GULLS)).checks
    for minutes in (0, 3, 3):
        result = await world.check(GULLS, minutes=minutes)
        assert (result.outcome, result.state.checks) == (Outcome.SERVER_ERROR, checks)
        assert result.state.next_check_at == world.fetcher.host(place).paused_until
    assert len(world.newsroom.requests) == asked
    assert (await world.check(GULLS, minutes=10)).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("fault", "status", "outcome"),
    [
        (Fault.STATUS, 404, Outcome.GONE),
        (Fault.STATUS, 410, Outcome.GONE),
        (Fault.STATUS, 500, Outcome.SERVER_ERROR),
        (Fault.STATUS, 503, Outcome.SERVER_ERROR),
        (Fault.STATUS, 429, Outcome.RATE_LIMITED),
        (Fault.STATUS, 403, Outcome.BLOCKED),
        (Fault.STATUS, 402, Outcome.PAYWALLED),
        (Fault.STATUS, 418, Outcome.HTTP_ERROR),
        (Fault.STALL, 0, Outcome.TIMEOUT),
        (Fault.RESET, 0, Outcome.CONNECTION),
        (Fault.TRUNCATED, 0, Outcome.TRUNCATED),
        (Fault.EMPTY, 0, Outcome.EMPTY),
        (Fault.CONSENT, 0, Outcome.CONSENT),
        (Fault.BOT_WALL, 0, Outcome.BLOCKED),
        (Fault.GARBAGE, 0, Outcome.UNREADABLE),
        (Fault.COLLAPSED, 0, Outcome.COLLAPSED),
        (Fault.HOMEPAGE, 0, Outcome.HOMEPAGE),
        (Fault.LOOP, 0, Outcome.BAD_REDIRECT),
        (Fault.CONSENT_WALL, 0, Outcome.OTHER_PAGE),
        (Fault.LOGIN, 0, Outcome.PAYWALLED),
        (Fault.HALF, 0, Outcome.TRUNCATED),
    ],
)
async def test_trouble_is_an_outcome_and_never_a_version(
    world: World, fault: Fault, status: int, outcome: Outcome
) -> None:
    await world.check(FERRY)
    before = queue.state(world.store, world.id(FERRY))
    world.newsroom.fail(FERRY, fault, status=status)
    result = await world.check(FERRY, minutes=30)
    assert result.outcome is outcome
    assert result.error
    after = queue.state(world.store, world.id(FERRY))
    assert after.last_seen_at == before.last_seen_at
    assert after.validators == before.validators
    assert after.next_check_at is not None
    assert after.next_check_at - world.clock.now() >= timedelta(minutes=4)
    assert len(stored_versions.versions(world.store, world.id(FERRY))) == 1
    world.newsroom.heal()
    world.clock.pass_(days=1)
    assert (await world.check(FERRY)).outcome is Outcome.UNCHANGED
    assert queue.state(world.store, world.id(FERRY)).suspicion == Suspicion()


async def test_trouble_at_first_sight_leaves_an_article_without_a_version_that_is_read_later(world: World) -> None:
    world.newsroom.fail(FERRY, Fault.CONSENT, times=1)
    assert (await world.check(FERRY)).outcome is Outcome.CONSENT
    assert stored_versions.current(world.store, world.id(FERRY)) is None
    assert (await world.check(FERRY, minutes=30)).outcome is Outcome.NEW


async def test_every_further_failure_moves_the_next_check_further_back(world: World) -> None:
    await world.check(FERRY)
    world.newsroom.fail(FERRY, Fault.EMPTY)
    waits = []
    for _ in range(6):
        result = await world.check(FERRY)
        assert result.state.next_check_at is not None
        waits.append(result.state.next_check_at - world.clock.now())
        world.clock.moment = result.state.next_check_at
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


async def test_retry_after_is_obeyed(world: World) -> None:
    await world.check(FERRY)
    world.newsroom.fail(FERRY, Fault.STATUS, status=503, retry_after=7200, times=1)
    result = await world.check(FERRY, minutes=10)
    assert result.state.next_check_at is not None
    assert result.state.next_check_at - world.clock.now() >= timedelta(hours=2)


BODY = [
    f"No. {n}: here a line tells of the harbour, item {n * 7} of a list that {n + 3} clerks keep." for n in range(12)
]
OTHER = [
    f"New {n}: nothing here was written before, {n * 13} geese crossed field {n} at dusk today." for n in range(12)
]


async def test_a_text_that_is_all_new_waits_for_a_second_look_and_is_then_believed(world: World) -> None:
    world.newsroom.publish("turning", headline="A turning story", body=BODY)
    await world.discover()
    await world.check("turning")
    world.rewrite("turning", BODY, OTHER)
    asked = len(world.newsroom.requests)
    first = await world.check("turning", minutes=30)
    assert first.outcome is Outcome.UNCONFIRMED
    assert first.state.next_check_at == world.clock.now() + timedelta(minutes=15)
    assert len(world.newsroom.requests) - asked == 1
    assert (await world.check("turning", minutes=5)).outcome is Outcome.UNCONFIRMED
    assert (await world.check("turning", minutes=10)).outcome is Outcome.CHANGED


async def test_a_rewrite_that_leaves_headline_date_and_a_paragraph_is_believed_at_once(world: World) -> None:
    world.newsroom.publish("turning", headline="A turning story", body=BODY)
    await world.discover()
    await world.check("turning")
    world.rewrite("turning", BODY[1:], OTHER[1:])
    result = await world.check("turning", minutes=30)
    assert result.outcome is Outcome.CHANGED
    assert result.content is not None
    assert result.content.paragraphs[0].text == BODY[0]


async def test_a_text_that_reads_differently_at_every_request_waits_until_it_holds_still(world: World) -> None:
    world.newsroom.publish("turning", headline="A turning story", body=BODY)
    await world.discover()
    await world.check("turning")
    for number in range(3):
        bird = ("geese", "herons", "terns")[number]
        body = [f"{n + 20 * number} {bird} saw {bird} {n * 7}; no {bird} {n} {bird} saw." for n in range(12)]
        world.rewrite("turning", [block.text for block in world.newsroom.story("turning").body], body)
        assert (await world.check("turning", minutes=30)).outcome is Outcome.UNCONFIRMED
    assert (await world.check("turning", minutes=15)).outcome is Outcome.CHANGED


async def test_an_article_that_stays_collapsed_is_gone_in_the_end_and_never_a_version(world: World) -> None:
    await world.check(FERRY)
    withdrawn = "This story has been withdrawn because our editors could not confirm what Len told them."
    for block in world.newsroom.story(FERRY).body[1:]:
        world.newsroom.edit(FERRY, remove=plain(block.text)[:20])
    world.rewrite(FERRY, ["The winter timetable of"], [withdrawn])
    assert set(await world.outcomes(FERRY, 10, 15, 120, 24 * 60)) == {Outcome.COLLAPSED}
    assert len(stored_versions.versions(world.store, world.id(FERRY))) == 1
    assert articles.article(world.store, world.id(FERRY)).state is State.GONE
    (event,) = stored_checks.events(world.store, world.id(FERRY))
    assert "no longer holds the article" in event.detail["reason"]


@pytest.mark.parametrize(
    ("name", "error", "outcome"),
    [
        ("too slow", WorkerDied("no answer within 15 s"), Outcome.WORKER),
        ("unreadable", Unreadable("no article here"), Outcome.UNREADABLE),
    ],
)
async def test_a_page_that_breaks_its_reader_is_an_outcome(
    world: World, name: str, error: Exception, outcome: Outcome
) -> None:
    async def broken(function: Any, *arguments: Any) -> Any:
        raise error

    world.run = broken
    result = await world.check(FERRY)
    assert result.outcome is outcome, name
    assert result.error == str(error)


async def test_a_comparison_that_dies_is_tried_again(world: World) -> None:
    await world.check(GULLS)
    world.newsroom.edit(GULLS, headline="Mayor questioned")

    async def dies_in_diff(function: Any, *arguments: Any) -> Any:
        if function is difference:
            raise WorkerDied("no answer within 15 s")
        return await inline(function, *arguments)

    world.run = dies_in_diff
    assert (await world.check(GULLS, minutes=30)).outcome is Outcome.WORKER
    world.run = inline
    assert (await world.check(GULLS, minutes=30)).outcome is Outcome.CHANGED


def test_whatever_a_page_does_to_the_extractor_is_called_unreadable() -> None:
    with pytest.raises(Unreadable, match="extractor failed"):
        read_page("<p>Words</p>", "https://times.example/", None, "no rules", None)  # type: ignore[arg-type]


async def test_a_story_that_ran_at_several_addresses_is_not_lost_as_furniture(world: World) -> None:
    body = [
        "The agency says that the harbour freezes.",
        "Nobody on the pier believes it.",
        "A duck was asked, too.",
    ] * 3
    for number in range(5):
        world.newsroom.publish(f"wire-{number}", headline=f"The harbour freezes, part {number}", body=body)
    await world.discover()
    profile: dict[str, Any] = {}
    for number in range(5):
        world.profile = profile
        result = await world.check(f"wire-{number}")
        assert result.outcome is Outcome.NEW
        profile = extractor.learn(profile, result.content, article=str(number))


def test_rules_are_those_of_the_captures_time() -> None:
    until = datetime(2026, 6, 1, tzinfo=UTC)
    old, new = Rules(body=".old", until=until), Rules(body=".new")
    assert rules_at((), until) is None
    assert rules_at((old, new), until - timedelta(days=1)) is old
    assert rules_at((old, new), until) is new
    assert rules_at((old,), until) is None


async def test_a_check_that_could_not_be_made_is_recorded_and_moved_back(world: World) -> None:
    await world.check(FERRY)
    article, state = articles.article(world.store, world.id(FERRY)), queue.state(world.store, world.id(FERRY))
    result = failed(
        article,
        state,
        world.sources["harbour-courier"],
        Outcome.WORKER,
        "a fault in tracker",
        now=world.clock.now(),
        policy=policy.next_check,
    )
    record.record(world.store, result)
    after = queue.state(world.store, article.id)
    assert after.outcome is Outcome.WORKER
    assert after.next_check_at is not None
    assert after.next_check_at > world.clock.now() + timedelta(minutes=3)
