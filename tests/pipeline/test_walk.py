"""One step through an article's captures: which make a version, and what the next step knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fetcher.world import START
from tracker.differ import diff
from tracker.model import STOOD, Capture, Content, Outcome, PageTraits, Paragraph, Rules
from tracker.page import belief
from tracker.pipeline.tasks import Known, PageContent, difference
from tracker.pipeline.walk import Observation, Walk, marked, rules_at

HOUR = timedelta(hours=1)
OLD = Content(headline="Gulls", paragraphs=(Paragraph("The gulls have left the harbour."),))
NEW = replace(OLD, paragraphs=(Paragraph("The gulls are back in the harbour."),))
CAPTURE = Capture("https://paper.test/gulls", "https://paper.test/gulls", 200, (), b"x", START)
TRAITS = PageTraits(CAPTURE.url, "Gulls", "0123", "a")


class Worker:
    """Answers what a page was found to be, and compares by itself; remembers what it was told is known."""

    def __init__(self, page: PageContent) -> None:
        self.page = page
        self.known: list[Known] = []

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if function is difference:
            return difference(*arguments)
        self.known.append(arguments[1])
        return self.page


async def stepped(
    page: PageContent, content: Content | None = OLD, *, believed: bool = False, rules: tuple[Rules, ...] = ()
) -> tuple[Observation, Walk, Worker]:
    worker = Worker(page)
    walk = Walk(worker, rules, Known("1", content=content, encoding="latin-1"))
    return await walk.step(CAPTURE, believed=lambda sketch, stands: believed and sketch == "0123"), walk, worker


async def test_a_first_reading_is_new_and_what_the_next_one_knows() -> None:
    found, walk, _ = await stepped(PageContent(OLD, "utf-8", traits=TRAITS), None)
    assert (found.outcome, found.content, found.change, found.encoding) == (Outcome.NEW, OLD, None, "utf-8")
    assert (walk.known.content, walk.known.encoding) == (OLD, "utf-8")


async def test_the_same_text_is_unchanged_and_its_date_is_told_when_it_is_another() -> None:
    found, walk, _ = await stepped(PageContent(OLD, "", traits=TRAITS))
    assert (found.outcome, found.modified_at, found.change) == (Outcome.UNCHANGED, None, None)
    assert walk.known.encoding == "latin-1", "an answer without an encoding takes none away"
    later = replace(OLD, modified_at=START + HOUR)
    found, walk, _ = await stepped(PageContent(later, traits=TRAITS))
    assert (found.outcome, found.modified_at) == (Outcome.UNCHANGED, START + HOUR)
    assert walk.known.content is OLD, "the version of before stays"


async def test_another_text_is_a_change() -> None:
    found, walk, _ = await stepped(PageContent(NEW, traits=TRAITS))
    assert (found.outcome, found.change, found.stood) == (Outcome.CHANGED, diff(OLD, NEW), False)
    assert walk.known.content is NEW


@pytest.mark.parametrize(
    ("name", "stands", "believed", "outcome", "sketch", "stood"),
    [
        ("never to be believed", None, True, Outcome.OTHER_PAGE, "", False),
        ("not yet", belief.STANDS, False, Outcome.OTHER_PAGE, "0123", False),
        ("after a day", belief.STANDS, True, Outcome.CHANGED, "", True),
        ("after a second look", belief.WAIT, True, Outcome.CHANGED, "", False),
    ],
)
async def test_a_text_that_is_not_believed_is_a_change_once_it_has_stood(
    name: str, stands: timedelta | None, believed: bool, outcome: Outcome, sketch: str, stood: bool
) -> None:
    judged = belief.Judged(Outcome.OTHER_PAGE, "another text stands there", stands, other="7")
    found, walk, _ = await stepped(PageContent(NEW, judged=judged, traits=TRAITS), believed=believed)
    assert (found.outcome, found.sketch, found.stood, found.other) == (outcome, sketch, stood, "7"), name
    assert walk.known.content is (NEW if outcome is Outcome.CHANGED else OLD), name
    assert (found.error, found.stands) == (
        ("another text stands there", stands) if outcome is Outcome.OTHER_PAGE else ("", None)
    )


async def test_an_answer_without_a_content_is_its_outcome_and_leads_on() -> None:
    judged = belief.Judged(Outcome.CONSENT, "the page asks for consent")
    found, walk, _ = await stepped(PageContent(judged=judged, leads_on="https://paper.test/on"))
    assert (found.outcome, found.error, found.leads_on) == (
        Outcome.CONSENT,
        "the page asks for consent",
        "https://paper.test/on",
    )
    assert (walk.known.content, walk.known.encoding) == (OLD, "latin-1")
    found, _, _ = await stepped(PageContent())
    assert found.outcome is Outcome.UNREADABLE


async def test_a_capture_is_read_by_the_rules_of_its_day() -> None:
    past, today = Rules(headline="h2", until=START), Rules(headline="h1")
    _, _, worker = await stepped(PageContent(OLD, traits=TRAITS), rules=(past, today))
    assert [known.rules for known in worker.known] == [today]


@pytest.mark.parametrize(
    ("name", "moment", "headline"),
    [
        ("before the first ends", START - HOUR, "first"),
        ("when it ends", START, "second"),
        ("before the second ends", START + HOUR - timedelta(seconds=1), "second"),
        ("when the second ends", START + HOUR, "last"),
        ("long after", START + 1000 * HOUR, "last"),
    ],
)
def test_rules_hold_until_their_end(name: str, moment: datetime, headline: str) -> None:
    rules = (Rules(headline="first", until=START), Rules(headline="second", until=START + HOUR), Rules(headline="last"))
    found = rules_at(rules, moment)
    assert found is not None
    assert found.headline == headline, name
    assert rules_at(rules[:2], START + HOUR) is None
    assert rules_at((), moment) is None


def test_a_change_that_only_stood_says_so_first() -> None:
    change = diff(OLD, NEW)
    assert marked(Observation(Outcome.CHANGED, change=change)) == change
    said = marked(Observation(Outcome.CHANGED, change=change, stood=True))
    assert said is not None
    assert said.tags == (STOOD, *change.tags)
    assert marked(Observation(Outcome.NEW, stood=True)) is None
