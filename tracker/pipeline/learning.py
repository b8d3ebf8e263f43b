"""What a check teaches about its source, to be known at the next one."""

from __future__ import annotations

from tracker import extractor
from tracker.model import CheckResult, SourceProfile
from tracker.page import memory


def learned(profile: SourceProfile | None, result: CheckResult) -> SourceProfile | None:
    """The source's profile after a check; the very same when there is nothing new in it."""
    before = (profile or {}).get(memory.KEY, {})
    article, believed = str(result.article_id), result.outcome.saw_the_article
    pages = memory.returned(before, article) if believed else before
    is_back = pages is not before  # a matter of order alone, which equality does not see
    if result.traits is not None:
        pages = memory.remember(pages, article, result.traits, result.ended_at, believed=believed)
    furniture: SourceProfile = profile or {}
    if result.content is not None:
        furniture = extractor.learn(profile, result.content, article=article)
    elif pages == before and not is_back:
        return profile
    return {**furniture, memory.KEY: pages}
