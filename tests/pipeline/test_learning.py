"""What a check teaches about its source."""

from __future__ import annotations

from tests.fetcher.world import START
from tracker.model import ArticleState, Block, CheckResult, Content, Outcome, PageTraits, SourceProfile
from tracker.pipeline.learning import learned

TRAITS = PageTraits("https://paper.test/gulls", "Gulls", "0123", "ae")
CONTENT = Content(headline="Gulls", blocks=(Block("Sign up for our letter.", "div.promo>p", False, "promo"),))


def checked(
    article: int = 1,
    outcome: Outcome = Outcome.NEW,
    traits: PageTraits | None = TRAITS,
    content: Content | None = CONTENT,
) -> CheckResult:
    state = ArticleState(article, START)
    return CheckResult(article, "paper", START, START, outcome, state, traits=traits, content=content)


def test_a_page_that_was_read_is_remembered_with_its_texts() -> None:
    profile = learned(None, checked())
    assert profile is not None
    assert profile["pages"]["1"]["headline"] == "Gulls"
    assert len(profile["seen"]) == 1


def test_a_page_that_was_not_believed_is_remembered_as_such_and_teaches_no_texts() -> None:
    profile = learned(None, checked(outcome=Outcome.OTHER_PAGE, content=None))
    assert profile is not None
    assert list(profile["pages"]) == ["1?"]
    assert "seen" not in profile


def test_what_was_learned_before_is_kept() -> None:
    first = learned(None, checked())
    second = learned(first, checked(2, Outcome.UNCHANGED, content=None))
    assert second is not None
    assert first is not None
    assert list(second["pages"]) == ["1", "2"]
    assert second["seen"] == first["seen"]
    third = learned(second, checked(3))
    assert third is not None
    assert len(third["seen"]) == 2


def test_a_check_that_teaches_nothing_leaves_the_very_profile() -> None:
    profile: SourceProfile = {"seen": {"a": ["b"]}}
    assert learned(profile, checked(traits=None, content=None)) is profile
    assert learned(None, checked(traits=None, content=None)) is None
    first = learned(None, checked())
    assert learned(first, checked(outcome=Outcome.UNCHANGED, content=None)) is first
