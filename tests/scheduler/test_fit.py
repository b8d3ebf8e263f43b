"""Fitting the prior to a history: what it finds, what it keeps, and what it does with a damaged file."""

import json
import random
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.scheduler.revisit import fit
from tracker.scheduler.revisit.rate import PRIOR, SHAPE, Prior
from tracker.store import EditHistory

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def a_history(truth: Prior, articles: int, seed: int) -> list[EditHistory]:
    """Lives of two weeks, looked at in growing steps, edited as `truth` says."""
    dice = random.Random(seed)
    looks = [0.0]
    while looks[-1] < 336:
        looks.append(looks[-1] * 1.2 + 0.2)
    lives = []
    for _ in range(articles):
        liveliness = dice.gammavariate(SHAPE, 1 / SHAPE)
        changes = [
            (moment(start), moment(end))
            for start, end in pairwise(looks)
            if dice.expovariate(1) < liveliness * (truth.edits(end) - truth.edits(start))
        ]
        lives.append(EditHistory(None, NOON, NOON, moment(looks[-1]), tuple(changes)))
    return lives


def moment(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("a desk that edits a lot, early", Prior(1.6, 0.5, 0.4)),
        ("a desk that edits little, late", Prior(0.25, 4.0, 0.16)),
    ],
)
def test_a_long_history_tells_how_its_articles_are_edited(name: str, truth: Prior) -> None:
    found = fit.fit(a_history(truth, 1500, 7))
    assert found.enough
    for hours in (1, 6, 24, 168):
        assert found.prior.edits(hours) == pytest.approx(truth.edits(hours), rel=0.25), name
        ours, shipped = (abs(prior.edits(hours) - truth.edits(hours)) for prior in (found.prior, PRIOR))
        assert ours < shipped


def test_a_young_history_moves_the_constants_little() -> None:
    found = fit.fit(a_history(Prior(2.4, 0.5, 0.5), 3, 1))
    assert not found.enough
    assert found.prior.edits(24) < 2
    moved = (found.prior.mean, found.prior.scale, found.prior.power)
    assert moved == pytest.approx((0.79, 0.76, 0.2), rel=0.03), "how far the shipped constants are an opinion"
    assert fit.fit([]) == fit.Fit(PRIOR, 0, 0)


def test_a_live_blog_does_not_speak_for_the_others() -> None:
    history = a_history(PRIOR, 400, 3)
    blog = EditHistory(None, NOON, NOON, moment(336), tuple((moment(n / 4), moment(n / 4 + 0.25)) for n in range(40)))
    assert fit.fit([*history, *[blog] * 10]) == fit.fit(history)


@given(
    st.lists(
        st.tuples(st.floats(-100, 1000), st.floats(0, 500), st.lists(st.tuples(st.floats(-5, 900), st.floats(-1, 9)))),
        max_size=8,
    )
)
@settings(deadline=None, max_examples=30)
def test_no_history_gives_constants_out_of_bounds(raw: list[tuple[float, float, list[tuple[float, float]]]]) -> None:
    lives = [
        EditHistory(
            moment(start),
            NOON,
            moment(start),
            moment(start + length),
            tuple((moment(after), moment(after + span)) for after, span in changes),
        )
        for start, length, changes in raw
    ]
    found = fit.fit(lives).prior
    for name, (low, high) in fit.BOUNDS.items():
        assert low <= getattr(found, name) <= high


def test_what_is_kept_is_in_force_until_the_file_is_taken_away(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    assert fit.read(database) == PRIOR
    found = fit.Fit(Prior(1.5, 0.7, 0.3), 900, 700)
    path = fit.write(database, found, NOON)
    assert path == tmp_path / "tracker.fit.json"
    assert fit.read(database) == found.prior
    assert json.loads(path.read_text())["fitted_at"] == "2026-11-23T12:00:00Z"
    assert list(tmp_path.iterdir()) == [path]
    path.unlink()
    assert fit.read(database) == PRIOR


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("empty", ""),
        ("cut off", '{"mean": 1.5, "scale": 0.7'),
        ("a list", "[1, 2]"),
        ("a value missing", '{"mean": 1.5, "scale": 0.7}'),
        ("a word", '{"mean": "much", "scale": 0.7, "power": 0.3}'),
        ("no number", '{"mean": NaN, "scale": 0.7, "power": 0.3}'),
        ("out of bounds", '{"mean": 1.5, "scale": 0.7, "power": 30}'),
        ("negative", '{"mean": -1, "scale": 0.7, "power": 0.3}'),
    ],
)
def test_a_damaged_file_is_said_and_not_used(
    name: str, text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "tracker.fit.json").write_text(text)
    assert fit.read(tmp_path / "tracker.db") == PRIOR, name
    assert "the shipped constants are in force" in caplog.text


@pytest.mark.parametrize("side", [0, 1])
def test_constants_at_a_bound_are_in_force_and_beyond_it_are_not(tmp_path: Path, side: int) -> None:
    database = tmp_path / "tracker.db"
    found = fit.Fit(Prior(**{name: bounds[side] for name, bounds in fit.BOUNDS.items()}), 5, 3)
    fit.write(database, found, NOON)
    assert fit.read(database) == found.prior
    for name, bounds in fit.BOUNDS.items():
        beyond = replace(found.prior, **{name: bounds[side] * (1.01 if side else 0.99)})
        fit.write(database, replace(found, prior=beyond), NOON)
        assert fit.read(database) == PRIOR


@pytest.mark.parametrize(("changes", "enough"), [(99, False), (100, True)])
def test_a_hundred_changes_are_enough(changes: int, enough: bool) -> None:
    assert fit.Fit(PRIOR, 50, changes).enough is enough


@pytest.mark.parametrize(("name", "least", "most"), [("mean", 0.02, 20.0), ("scale", 0.1, 24.0), ("power", 0.02, 2.0)])
def test_no_constant_is_beyond_what_newsrooms_do(tmp_path: Path, name: str, least: float, most: float) -> None:
    database = tmp_path / "tracker.db"
    for value, taken in ((least, True), (least * 0.99, False), (most, True), (most * 1.01, False)):
        kept = {**asdict(PRIOR), name: value}
        fit.path_for(database).write_text(json.dumps(kept), "utf-8")
        assert (getattr(fit.read(database), name) == value) is taken, value
