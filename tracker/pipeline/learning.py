"""What a check teaches about its source, to be known at the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker import extractor
from tracker.model import CheckResult
from tracker.page import memory


def learned(profile: Mapping[str, Any] | None, result: CheckResult) -> Mapping[str, Any] | None:
    """The source's profile after a check; the very same when there is nothing new in it."""
    pages = (profile or {}).get(memory.KEY, {})
    before, article = pages, str(result.article_id)
    if result.traits is not None:
        traits, believed = result.traits, result.outcome.saw_the_article
        pages = memory.remember(pages, article, traits, result.ended_at, believed=believed)
    elif result.outcome.saw_the_article and (in_order := memory.returned(pages, article)) is not pages:
        return {**(profile or {}), memory.KEY: in_order}
    furniture = profile or {}
    if result.content is not None:
        furniture = extractor.learn(profile, result.content, article=article)
    elif pages == before:
        return profile
    return {**furniture, memory.KEY: pages}
