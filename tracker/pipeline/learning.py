"""What a check teaches about its source, to be known at the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker import extractor
from tracker.model import CheckResult


def learned(profile: Mapping[str, Any] | None, result: CheckResult) -> Mapping[str, Any] | None:
    """The source's profile after a check; the very same when there is nothing new in it."""
    if result.content is None:
        return profile
    return extractor.learn(profile, result.content, article=str(result.article_id))
