"""What a worker process does for a check: read a page into its content, compare two contents.

Runs where hostile pages are read, so this module imports nothing that talks to a network or a database (a contract in
`pyproject.toml` holds it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker import differ, extractor
from tracker.differ.doubted import is_doubted
from tracker.errors import Unreadable
from tracker.model import Capture, Change, Content, Outcome, PageTraits, Rules, SourceProfile, tidy
from tracker.page import belief, signs, sketches, text_capture
from tracker.page import read as page
from tracker.page.addresses import place
from tracker.page.memory import recall


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article before its page is read. `title` is what its feed called it.

    `encoding` is that of its last reading; `doubtful` is whether the page must show that it is an article.
    """

    article: str
    title: str = ""
    encoding: str = ""
    content: Content | None = None
    rules: Rules | None = None
    profile: SourceProfile | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page was found to be: a content and whether it is believed, or the outcome and the reason why it is none.

    `leads_on` is where it sends its readers at once.
    """

    content: Content | None = None
    encoding: str = ""
    judged: belief.Judged = belief.BELIEVED
    traits: PageTraits | None = None
    leads_on: str = ""


def look(capture: Capture, known: Known) -> PageContent:
    """Everything between an answer's bytes and its content, and whether it is believed. Raises Unreadable."""
    if text_capture.is_one(capture):
        return _written_down(capture)
    text = page.read(capture, known.encoding, doubtful=known.doubtful and known.content is None)
    if text.outcome is not None and not text.html:
        return PageContent(judged=belief.Judged(text.outcome, text.error))
    found = signs.read(text.html, capture)
    if leads_on := page.leads_on(found, text.html, capture):
        return PageContent(leads_on=leads_on)
    if text.outcome is not None:
        return PageContent(judged=belief.Judged(text.outcome, text.error))
    content = tidy(read_page(text.html, capture.final_url, known.content, known.rules, known.profile))
    memory, old = recall(known.profile, known.article), known.content
    judged = belief.BELIEVED
    if old is None:
        judged = belief.first(content, found, capture, memory, title=known.title)
    else:
        if content.published_at is None and place(capture.url) != place(capture.final_url):
            content = replace(content, published_at=old.published_at)  # it was read from the address
        if content.sha256 != old.sha256:
            judged = belief.again(old, content, found, capture, memory)
    if old is not None and judged.outcome is None:
        judged = belief.twin(content, found, capture, memory)
    traits = PageTraits(capture.final_url, content.headline, sketches.sketch(content), found.marks, found.elsewhere)
    return PageContent(content, text.encoding, judged, traits)


def _written_down(capture: Capture) -> PageContent:
    """What somebody else had read from the page, as they wrote it down. Raises Unreadable."""
    content = text_capture.read(capture)
    if not content.paragraphs:
        return PageContent(judged=belief.Judged(Outcome.EMPTY, "nothing was written down"))
    traits = PageTraits(capture.final_url, content.headline, sketches.sketch(content), "")
    return PageContent(content, "", belief.BELIEVED, traits)


def not_an_article(capture: Capture) -> str:
    """Why a page at an address that nobody named is no article; empty when it is one."""
    return page.read(capture, doubtful=True).error


def difference(old: Content, new: Content) -> Change:
    """The change from one content to another; of the rest of the page only what the reading doubted counts."""
    before, after = (replace(c, blocks=tuple(filter(is_doubted, c.blocks))) for c in (old, new))
    return differ.diff(before, after)


def read_page(
    html: str, url: str, previous: Content | None, rules: Rules | None, profile: SourceProfile | None
) -> Content:
    """`extractor.extract` for pages that cannot be trusted: whatever one does to a parser comes out as Unreadable.

    A story that an outlet ran at several addresses looks like its furniture: what cannot be read with the source's
    profile is read without.
    """
    try:
        return extractor.extract(html, url, previous=previous, rules=rules, profile=profile)
    except Unreadable:
        if not profile:
            raise
        return read_page(html, url, previous, rules, None)
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(f"the extractor failed on this page: {type(error).__name__}: {error}") from error
