"""Page in, `Content` out. Pure: no I/O, no clock, no randomness; runs in worker processes.

A stage of floor 2: imports only `tracker.config`, `tracker.model` and `tracker.errors`.
"""

from __future__ import annotations

from tracker.errors import Unreadable
from tracker.extractor import anchor, confidence, content, first, limits, scripts
from tracker.extractor import rules as source_rules
from tracker.extractor.body.evidence import Evidence
from tracker.extractor.document import Document
from tracker.extractor.first import BlockDecisions
from tracker.extractor.metadata import headline
from tracker.extractor.profile import Profile, learn
from tracker.extractor.structured import Structured
from tracker.model import Content, Rules, SourceProfile

__all__ = ["extract", "learn"]

_NO_RULES = Rules()


def extract(
    html: str,
    url: str,
    *,
    previous: Content | None = None,
    rules: Rules | None = None,
    profile: SourceProfile | None = None,
) -> Content:
    """Read the article on a page.

    `previous` is the content of the last reading: with it the look is anchored, and decisions once made are kept.
    `rules` are the source's own selectors, `profile` what was learned about the source. Raises `Unreadable` when the
    page cannot be parsed safely or no article can be read from it.
    """
    try:
        return _read(html, url, previous, rules, profile)
    except (Exception, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # how libraries written in other languages tell that they failed
        raise Unreadable(f"{url}: a library failed on this page ({type(error).__name__}: {error})") from None


def _read(html: str, url: str, previous: Content | None, rules: Rules | None, profile: SourceProfile | None) -> Content:
    fields: dict[str, list[str]] = {}
    if rules is not None and rules != _NO_RULES:
        limits.check(html, url)
        html, fields = source_rules.apply(html, rules)
    document = Document(html, url)
    data = Structured(document.root)
    headlines = headline.variants(document, data)
    known = Profile(profile, previous)
    evidence = Evidence(data, headlines.values())
    reading = anchor.read(document, anchor.memory(previous), known, evidence) if previous is not None else None
    if reading is not None and previous is not None:
        reading.confidence = previous.confidence  # the text is the one that was believed before
    if reading is None:
        reading = first.read(document, evidence, known)
        reading.confidence = confidence.measure(reading, data, evidence)
        if reading.confidence < confidence.UNSURE and not document.marked:
            reading = _by_script(reading, data, evidence, known)
    if not reading.kept:
        raise Unreadable(f"{url}: no article found on this page; a `body` rule in sources.yaml may help")
    return content.with_fields(content.build(reading, data, headlines, previous), fields)


def _by_script(reading: BlockDecisions, data: Structured, evidence: Evidence, known: Profile) -> BlockDecisions:
    """The story that the page's scripts hold, where the page itself shows none; else the reading that it shows."""
    for made in scripts.documents(reading.document, data):
        hidden = first.read(made, evidence, known)
        if confidence.is_rather(hidden, reading, evidence):
            hidden.confidence = min(confidence.measure(hidden, data, evidence), confidence.BY_SCRIPT)
            hidden.notes = dict.fromkeys(hidden.kept, "article: by script")
            return hidden
    return reading
