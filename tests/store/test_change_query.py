"""The one filter, two ways: what SQL finds in the log is what `matches` says of each change."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.world import HOUR, NOW, history, says, told
from tracker.differ import diff
from tracker.model import Change, ChangeClass, ChangeFilter, Notice, RecordedChange, Told
from tracker.model.filters import FIELDS, matches
from tracker.store import Store
from tracker.store.history import changes as stored_changes
from tracker.store.history import versions

WORDS = ("pier", "Élysée", "4.2 million", "council", "said", "50%", "a_b", "gulls")
TAGS = ("number", "headline", "quote", "added", "removed", "name", "correction")


def contents(chance: random.Random) -> list[object]:
    """The versions of one article: paragraphs come, go and change, and at times a notice says so."""

    def sentence() -> str:
        if chance.random() < 0.2:
            verb = chance.choice(("said", "admitted"))
            return (
                f"The {chance.choice(('mayor', 'Élysée minister'))} {verb} that {chance.randrange(2, 60)} gulls came."
            )
        return f"The {chance.choice(WORDS)} had {chance.randrange(2, 60)} {chance.choice(WORDS)}."

    paragraphs, headline, found = [sentence() for _ in range(4)], "Old pier to close", []
    for _ in range(8):
        paragraphs = [p if chance.random() < 0.7 else sentence() for p in paragraphs]
        if chance.random() < 0.3:
            paragraphs.append(f"{sentence()} {sentence()}")
        if chance.random() < 0.2:
            paragraphs.append("Correction: an earlier version of this article misstated the number of gulls.")
        headline = f"The {chance.choice(WORDS)} and the {chance.choice(WORDS)}" if chance.random() < 0.3 else headline
        found.append(says(*paragraphs, headline=headline))
    return found


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[tuple[RecordedChange, Change]]]:
    """A history of twenty articles, and each of its changes with its sentences."""
    chance = random.Random(7)
    folder: Path = tmp_path_factory.mktemp("log")
    with history(folder) as store:
        for n in range(20):
            told(store, contents(chance), f"story-{n}")
        found = []
        for record in stored_changes.changes(store, ChangeFilter(noise=True)):
            old, new = (
                versions.version(store, record.article_id, v).content for v in (record.old_version, record.new_version)
            )
            found.append((record, diff(old, new)))
    return Store.open(folder / "tracker.db"), found


filters = st.builds(
    ChangeFilter,
    sources=st.sampled_from([(), (), ("example-times",), ("example-times", "example-post"), ("nobody",)]),
    article_id=st.sampled_from([None, None, None, 1, 2]),
    class_=st.sampled_from([None, *ChangeClass]),
    min_score=st.sampled_from([0, 0, 3, 8]),
    tags=st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(tuple),
    same_edit=st.booleans(),
    field=st.sampled_from(["", "", *FIELDS]),
    notice=st.sampled_from([None, None, Notice.CORRECTION]),
    told=st.sampled_from([None, None, *Told]),
    grep=st.sampled_from(["", "", "PIER", "élysée", r"4\.2 million", "50%", "a_b", r"\b1[0-9]\b"]),
    added=st.sampled_from(["", "", "council", "Élysée", "gulls"]),
    removed=st.sampled_from(["", "", "council", "pier"]),
    voice=st.sampled_from(["", "", "MAYOR", "élysée min", "a_b%"]),
    since=st.sampled_from([None, NOW + 3 * HOUR]),
    until=st.sampled_from([None, NOW + 6 * HOUR]),
    noise=st.booleans(),
)


@given(filters)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_memory_agree(log: tuple[Store, list[tuple[RecordedChange, Change]]], wanted: ChangeFilter) -> None:
    store, changes = log
    found = {record.id for record in stored_changes.changes(store, wanted)}
    assert found == {record.id for record, change in changes if matches(wanted, record, change)}


@pytest.mark.parametrize("same_edit", [False, True])
def test_some_changes_fit_and_some_do_not(
    log: tuple[Store, list[tuple[RecordedChange, Change]]], same_edit: bool
) -> None:
    _, changes = log
    for wanted in (
        ChangeFilter(tags=("number",)),
        ChangeFilter(added="council"),
        ChangeFilter(grep="Élysée"),
        ChangeFilter(voice="mayor"),
        ChangeFilter(told=Told.AT_ONCE),
        ChangeFilter(tags=("headline", "number"), same_edit=same_edit),
    ):
        fitting = sum(matches(replace(wanted, noise=True), record, change) for record, change in changes)
        assert 0 < fitting < len(changes), wanted
