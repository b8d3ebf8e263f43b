"""What one observation means for an article: pure, against a policy that always says "in six hours"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fetcher.world import START
from tracker.config import SourceConfig
from tracker.differ import diff
from tracker.model import (
    STOOD,
    Article,
    ArticleState,
    Capture,
    CheckResult,
    Content,
    EventKind,
    Outcome,
    PageTraits,
    Paragraph,
    RevisitState,
    State,
    SuspectedState,
    Suspicion,
    Validators,
    Via,
    WaitingText,
)
from tracker.page import belief
from tracker.pipeline.verdict import claim, conclude
from tracker.pipeline.walk import Observation

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = START + HOUR
OLD, NEW = "https://paper.test/gulls", "https://paper.test/mayor-and-gulls"
BEFORE = Content(headline="Gulls", paragraphs=(Paragraph("The gulls have left."),))
AFTER = replace(BEFORE, paragraphs=(Paragraph("The gulls are back."),))
KEPT = RevisitState(shape=1, exposure=1)


def article(versions: int = 1, state: State = State.LIVE) -> Article:
    return Article(
        1, "paper", OLD, state, "", "", "", None, START, None, versions, versions or None, Via.FEED, pinned=False
    )


@dataclass
class InSixHours:
    """A policy; keeps what it was asked."""

    asked: list[tuple[Article, ArticleState]]

    def __call__(
        self, article: Article, source: SourceConfig, before: ArticleState, after: ArticleState, *, now: datetime
    ) -> Any:
        self.asked.append((article, after))
        return InSixHours.Plan(now + 6 * HOUR, KEPT)

    @dataclass(frozen=True)
    class Plan:
        at: datetime | None
        rate: RevisitState


STATE = ArticleState(
    1,
    START,
    START,
    START,
    checks=3,
    outcome=Outcome.UNCHANGED,
    outcome_since=START - HOUR,
    outcome_run=2,
    validators=Validators('"a"', ""),
    body_sha256="old",
    encoding="latin-1",
)


def concluded(
    observation: Observation, state: ArticleState = STATE, known: Article | None = None
) -> tuple[CheckResult, Article]:
    policy = InSixHours([])
    source = SourceConfig(id="paper", name="Paper")
    result = conclude(known or article(), state, source, observation, started=START, now=NOW, policy=policy)
    [(asked, after)] = policy.asked
    assert replace(after, next_check_at=result.state.next_check_at, rate=KEPT) == result.state
    return result, asked


def capture(*redirects: int, final: str = OLD, at: datetime = NOW - MINUTE) -> Capture:
    headers = (("etag", '"b"'),)
    return Capture(OLD, final, 200, headers, b"<p>", at, tuple((status, OLD) for status in redirects))


def seen(outcome: Outcome, *redirects: int, final: str = OLD, **more: Any) -> Observation:
    taken = capture(*redirects, final=final)
    return Observation(outcome, taken, status=200, final_url=final, **more)


def test_a_look_that_saw_the_article_clears_what_was_suspected_and_is_planned_by_the_policy() -> None:
    held = replace(STATE, suspicion=Suspicion(SuspectedState(State.GONE, 1, NOW), WaitingText("01", START), 4))
    result, _ = concluded(seen(Outcome.UNCHANGED, encoding="utf-8"), held)
    after = result.state
    assert (after.suspicion, after.next_check_at, after.rate) == (Suspicion(), NOW + 6 * HOUR, KEPT)
    assert (after.checks, after.last_check_at, after.last_seen_at) == (4, NOW, NOW - MINUTE)
    assert (after.outcome_run, after.outcome_since) == (3, START - HOUR)
    assert (after.validators.etag, after.encoding) == ('"b"', "utf-8")
    assert after.body_sha256 == capture().sha256
    assert (result.capture, result.content, result.change, result.error) == (None, None, None, "")


def test_another_outcome_begins_another_run() -> None:
    after = concluded(seen(Outcome.CHANGED, content=AFTER, change=diff(BEFORE, AFTER)))[0].state
    assert (after.outcome, after.outcome_run, after.outcome_since) == (Outcome.CHANGED, 1, NOW)
    assert after.encoding == "latin-1", "an answer that names none takes none away"


def test_not_modified_confirms_the_version_and_nothing_else() -> None:
    result, _ = concluded(seen(Outcome.NOT_MODIFIED))
    assert result.state.last_seen_at == NOW - MINUTE
    assert (result.state.validators, result.state.body_sha256) == (STATE.validators, "old")
    unseen = concluded(Observation(Outcome.NOT_MODIFIED))[0].state
    assert unseen.last_seen_at == NOW


def test_what_makes_a_version_is_kept_with_its_capture() -> None:
    change, traits = diff(BEFORE, AFTER), PageTraits(OLD, "Gulls", "01", "a")
    result, _ = concluded(seen(Outcome.CHANGED, content=AFTER, change=change, stood=True, traits=traits))
    assert (result.content, result.traits) == (AFTER, traits)
    assert result.capture is not None
    assert result.change is not None
    assert result.change.tags == (STOOD, *change.tags)


def test_a_look_that_did_not_see_the_article_counts_as_a_failure_and_keeps_its_page() -> None:
    observation = seen(Outcome.CONSENT, error="the page asks for consent", content=AFTER)
    result, _ = concluded(observation)
    assert (result.error, result.content) == ("the page asks for consent", None)
    assert result.capture is not None
    after = result.state
    assert (after.suspicion.failures, after.last_seen_at, after.body_sha256) == (1, START, "old")
    assert after.suspicion.lifecycle is not None
    assert after.next_check_at == NOW + 15 * MINUTE, "sooner than the policy wants, to be sure"
    again, _ = concluded(observation, after)
    assert again.state.suspicion.failures == 2


def test_a_host_that_rests_was_not_asked() -> None:
    observation = Observation(Outcome.SERVER_ERROR, error="rests", asked=False, retry_after=9 * HOUR)
    result, _ = concluded(observation)
    assert (result.state.checks, result.state.suspicion.failures) == (3, 0)
    assert result.state.next_check_at == NOW + 9 * HOUR


def test_a_server_that_asks_for_less_than_the_policy_changes_nothing() -> None:
    result, _ = concluded(Observation(Outcome.SERVER_ERROR, retry_after=HOUR))
    assert result.state.next_check_at == NOW + 6 * HOUR


def test_a_text_that_waits_is_looked_at_when_its_wait_is_over() -> None:
    waiting = seen(Outcome.UNCONFIRMED, sketch="01", stands=belief.WAIT)
    result, _ = concluded(waiting)
    assert result.state.suspicion.text == WaitingText("01", NOW)
    assert result.state.next_check_at == NOW + 15 * MINUTE
    for plain in (seen(Outcome.UNCONFIRMED), seen(Outcome.UNCONFIRMED, stands=belief.WAIT)):
        result, _ = concluded(plain)
        assert (result.state.suspicion.text, result.state.next_check_at) == (None, NOW + 6 * HOUR)
    plain, _ = concluded(seen(Outcome.UNCONFIRMED, sketch="01"))
    assert (plain.state.suspicion.text, plain.state.next_check_at) == (None, NOW + 6 * HOUR)


def test_a_failure_that_says_nothing_does_not_put_off_a_suspicion_by_more_than_an_hour() -> None:
    held = replace(STATE, suspicion=Suspicion(SuspectedState(State.GONE, 2, NOW + 20 * MINUTE)))
    result, _ = concluded(Observation(Outcome.TIMEOUT), held)
    assert result.state.next_check_at == NOW + HOUR
    later = replace(STATE, suspicion=Suspicion(SuspectedState(State.GONE, 2, NOW + 2 * HOUR)))
    assert concluded(Observation(Outcome.TIMEOUT), later)[0].state.next_check_at == NOW + 2 * HOUR


GONE_ONCE = Suspicion(SuspectedState(State.GONE, 2, START, since=START), failures=2)


def test_a_confirmed_state_is_told_once_and_planned_as_such() -> None:
    gone = Observation(Outcome.GONE, status=404)
    result, asked = concluded(gone, replace(STATE, suspicion=GONE_ONCE))
    assert (result.lifecycle, asked.state) == (State.GONE, State.GONE)
    [event] = result.events
    assert (event.kind, event.at, event.detail) == (EventKind.GONE, NOW, {"status": 404, "reason": "not found"})
    again, _ = concluded(gone, replace(STATE, suspicion=GONE_ONCE), article(state=State.GONE))
    assert (again.lifecycle, again.events) == (None, ())


def test_what_was_never_read_cannot_be_gone() -> None:
    result, _ = concluded(Observation(Outcome.GONE, status=404), replace(STATE, suspicion=GONE_ONCE), article(0))
    assert (result.lifecycle, result.events) == (None, ())
    assert result.state.suspicion.failures == 3


def test_an_article_that_is_seen_again_is_restored() -> None:
    result, _ = concluded(seen(Outcome.UNCHANGED), known=article(state=State.GONE))
    [event] = result.events
    assert (result.lifecycle, event.kind, event.detail) == (State.LIVE, EventKind.RESTORED, {"was": "gone"})


def test_a_move_is_remembered_at_first_and_told_when_it_is_seen_again() -> None:
    moved = seen(Outcome.UNCHANGED, 301, final=NEW)
    first, _ = concluded(moved)
    assert (first.moved_to, first.leads_to, first.events) == ("", NEW, ())
    assert first.state.suspicion.lifecycle is not None
    assert first.state.suspicion.lifecycle.to == NEW
    assert first.state.next_check_at == NOW + 15 * MINUTE
    due = replace(first.state.suspicion.lifecycle, due=NOW)
    second, _ = concluded(moved, replace(first.state, suspicion=Suspicion(due)))
    assert (second.moved_to, second.leads_to) == (NEW, "")
    [event] = second.events
    assert (event.kind, event.detail) == (EventKind.MOVED, {"from": OLD, "to": NEW})
    assert second.lifecycle is None, "it has only another address"
    assert concluded(seen(Outcome.NEW, 301, final=NEW, content=BEFORE), known=article(0))[0].moved_to == NEW


def test_an_article_that_leads_for_good_to_another_one_is_given_up_when_that_is_seen_twice() -> None:
    leads = seen(Outcome.OTHER_PAGE, 301, final=NEW, other="7")
    first, _ = concluded(leads, replace(STATE, suspicion=Suspicion(failures=3)))
    assert (first.lifecycle, first.events) == (None, ())
    assert first.state.suspicion.failures == 4
    assert first.state.suspicion.lifecycle is not None
    assert first.state.suspicion.lifecycle.state is State.MOVED
    due = replace(first.state.suspicion.lifecycle, due=NOW)
    second, _ = concluded(leads, replace(STATE, suspicion=Suspicion(due)))
    assert (second.lifecycle, second.state.next_check_at) == (State.MOVED, None)
    [event] = second.events
    assert event.detail == {"from": OLD, "to": NEW, "article": 7}
    for_now, _ = concluded(seen(Outcome.OTHER_PAGE, 302, final=NEW, other="7"))
    assert for_now.state.suspicion.lifecycle is not None
    assert for_now.state.suspicion.lifecycle.state is State.GONE
    unread, _ = concluded(leads, known=article(0))
    assert unread.state.suspicion.lifecycle is None


def test_an_article_whose_text_stands_elsewhere_joins_that_one() -> None:
    assert concluded(seen(Outcome.NEW, content=BEFORE, other="7"), known=article(0))[0].joins == 7
    assert concluded(seen(Outcome.NEW, content=BEFORE), known=article(0))[0].joins == 0
    assert concluded(seen(Outcome.CHANGED, content=AFTER, other="7"))[0].joins == 7, "a later visit joins, too"
    assert concluded(seen(Outcome.OTHER_PAGE, other="7"))[0].joins == 0, "the text of another one is not its story"


def test_an_article_that_proves_to_be_this_one_is_taken_in() -> None:
    assert concluded(seen(Outcome.CHANGED, content=AFTER, takes="7"))[0].takes_in == 7
    assert concluded(seen(Outcome.OTHER_PAGE, takes="7"))[0].takes_in == 0


@pytest.mark.parametrize(
    ("name", "canonical", "final", "claimed"),
    [
        ("its own", OLD, OLD, ""),
        ("none", "", OLD, ""),
        ("another of the same site", NEW, OLD, NEW),
        ("one of another site", "https://else.test/gulls", OLD, ""),
        ("the front page", "https://paper.test/", OLD, ""),
        ("where it was led", NEW, NEW, ""),
        ("no address", "http://[", OLD, ""),
    ],
)
def test_the_address_that_a_page_calls_its_own(name: str, canonical: str, final: str, claimed: str) -> None:
    content = replace(BEFORE, canonical_url=canonical)
    found = claim(article(0), Observation(Outcome.NEW, capture(final=final), content, final_url=final))
    assert found == claimed, name
    assert claim(article(0), Observation(Outcome.NEW, capture(final=final), final_url=final)) == ""
