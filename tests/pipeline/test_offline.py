"""A check for which this machine had no network: nothing is concluded from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker.config import SourceConfig
from tracker.model import Article, ArticleState, Outcome, State, Via
from tracker.pipeline.verdict import OFFLINE_AGAIN, conclude
from tracker.pipeline.walk import Observation


@pytest.mark.parametrize("outcome", [None, Outcome.UNCHANGED, Outcome.CONNECTION])
def test_a_check_without_a_network_changes_nothing_but_the_next_look(outcome: Outcome | None) -> None:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    address = "http://paper.test/a"
    article = Article(1, "x", address, State.LIVE, "A", "", "", None, now, None, 1, 1, Via.FEED, pinned=False)
    state = replace(ArticleState(1, now), outcome=outcome, checks=7, last_check_at=now - timedelta(hours=1))

    def policy(*_: Any, **__: Any) -> Any:
        raise AssertionError("nothing was learned that a plan could be made of")

    source = SourceConfig(id="x", name="X")
    seen = Observation(Outcome.CONNECTION, error="no network", ours=True)
    result = conclude(article, state, source, seen, started=now, now=now, policy=policy)
    assert result.ours
    assert result.events == ()
    assert result.state == replace(state, next_check_at=now + OFFLINE_AGAIN)
