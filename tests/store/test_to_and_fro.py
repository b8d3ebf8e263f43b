"""A text that goes to and fro, as tested headlines do: told once in each direction, then called a variant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.world import HOUR, LONG, NOW, publish, says, told
from tracker.differ import diff
from tracker.model import ChangeFilter, Content
from tracker.store import Store
from tracker.store.history import changes, sources, versions
from tracker.store.proof import integrity
from tracker.store.upkeep.rebuild import says_the_same

A, B, C = says(), says(headline="Old pier to shut"), says(headline="Pier: 3 dead")
FORTY_ONE = says(*LONG, headline="Pier")
FORTY_FOUR = says(LONG[0], LONG[1].replace("41", "44"), LONG[2], headline="Pier")
OTHER_NAME = says(LONG[0].replace("The harbour", "Mayor Brandt and the harbour"), *LONG[1:])
RETURN = [None, None]


def rules(store: Store, contents: list[Content]) -> list[str | None]:
    """The noise rules of an article that said these things, in order of time."""
    article = told(store, contents)
    found = changes.changes(store, ChangeFilter(article_id=article, noise=True))
    return [change.noise_rule for change in reversed(list(found))]


@pytest.mark.parametrize(
    ("case", "contents", "expected"),
    [
        ("a return is a change like any other", [A, B, A], RETURN),
        ("the next turn shows nothing new", [A, B, A, B], [*RETURN, "variant"]),
        ("nor do the turns after it", [A, B, A, B, A, B], [*RETURN, *["variant"] * 3]),
        ("a third headline is news", [A, B, A, C], [*RETURN, None]),
        ("and so is the way back from it", [A, B, A, C, A], [*RETURN, None, None]),
        ("numbers in headlines were both shown", [A, C, A, C], [*RETURN, "variant"]),
        ("a number in the body that alternates stays", [FORTY_ONE, FORTY_FOUR] * 2, [*RETURN, None]),
        ("a name in the body that alternates stays", [A, OTHER_NAME] * 2, [*RETURN, None]),
    ],
)
def test_a_text_that_goes_to_and_fro(
    store: Store, case: str, contents: list[Content], expected: list[str | None]
) -> None:
    assert rules(store, contents) == expected, case


def test_every_turn_is_still_a_version_and_the_truth_holds(store: Store) -> None:
    article = told(store, [A, B, A, B, A])
    assert [v.same_as for v in versions.versions(store, article)] == [None, None, 1, 2, 1]
    assert len(list(changes.changes(store))) == 2
    assert len(list(changes.changes(store, ChangeFilter(noise=True)))) == 4
    assert sources.counts(store).noise == 2
    assert integrity.verify(store).finding is None


def test_the_answer_to_the_check_names_the_rule(store: Store) -> None:
    article = told(store, [A, B, A])
    change = publish(store, article, B, NOW + 3 * HOUR)
    assert change is not None
    assert change.noise_rule == "variant"


def test_a_variant_is_no_reason_to_write_a_history_anew(store: Store) -> None:
    article = told(store, [A, B, A, B])
    recorded = changes.change_of(store, article, 4)
    change = diff(A, B)
    assert says_the_same(recorded, change)
    assert not says_the_same(recorded, replace(change, score=change.score + 1))
