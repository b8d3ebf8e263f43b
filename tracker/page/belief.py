"""Is this still that article? Asked before anything is called an edit, and of a first visit, too.

A text that keeps a good part of what stood there is believed. One that is almost all new, a beginning of what stood
there, or the first at its address must prove itself by what surrounds it: headline, date, byline, the claims of its
page, its addresses, its place in the template, what the source's articles always have. What proves that it is the
same article waits for a second look, unless headline, date and a paragraph are still its own; what does not is an
outcome, and becomes a version only when it stands for a day and is an article by all that can be asked of it.
`Suspicion.text` remembers what waits, and since when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.model import Capture, Content, Outcome, Suspicion, WaitingText, count_words, iso
from tracker.page import addresses, sketches
from tracker.page.memory import Memory, Standing
from tracker.page.signs import Signs

WAIT = timedelta(minutes=15)
"""How long after its first reading a text that may well be the article's is read again."""

WEEK = timedelta(days=7)
"""How long a page must break off before its end until that is how it is made."""

STANDS = timedelta(hours=23)
"""How long another text must stand to be the article's: to the same hour of the next day, give or take a schedule."""

EARLY = 0.9
"""A reading counts when at least this share of the wait has passed."""

COLLAPSED_SHARE, COLLAPSED_WORDS = 0.30, 60
"""A body under this share of the words it had, and at least so many words short, has collapsed."""

WALLED_SHARE = 0.60
"""A page that now says it is not free and has less than this share of its words is behind a paywall."""

TASTE, PREVIEW = 150, 400
"""A first page that is not free and shows fewer words than the first shows a taste of an article. One with a box that
asks for money in the reader's sight may well have shown a preview up to the second, unless the source's pages do so."""

CUT_SHARE, CUT_PURE = 0.75, 0.8
"""A body under the first share of what it was, and of which the second is the beginning of that, is cut."""

DRASTIC_SHARE = 0.20
"""A text that keeps less than this share of the old one is another text."""

HEADLINE_SHARE = 0.5
"""Two headlines that share so many of their words are one that was edited."""

KEPT = 2
"""What evidence must add up to, to show that it is the same article."""

CERTAIN, OWN_WORDS = 6, 8
"""As much as headline and date together: a rewrite that keeps a paragraph of so many words is believed."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is remembered of a text that waits, whether it is confirmed, and how soon to look again."""

    suspicion: Suspicion
    confirmed: bool = False
    again: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a page is believed: no outcome when it is, else which, why, and how long it must stand (never: None).

    `other` is the article at whose address the text stood before; `takes` is the one that proves to be this one.
    """

    outcome: Outcome | None = None
    reason: str = ""
    stands: timedelta | None = None
    other: str = ""
    takes: str = ""


BELIEVED = Judged()


def weigh(suspicion: Suspicion, text: str, now: datetime, wait: timedelta = WAIT) -> Doubt:
    """Weigh one reading of a text that waits, given as its sketch; what else is suspected is kept.

    It is confirmed when it was read before, long enough ago, so that ten forced checks in a minute confirm nothing. A
    long wait is looked at again and again meanwhile: what stands for an hour is not to be taken for what stands a day.
    """
    waiting, since = suspicion.text, now
    if waiting is not None and sketches.alike(waiting.sketch, text):
        since = min(now, waiting.since)
        if now - since >= (EARLY * wait if wait <= WAIT else wait):
            return Doubt(suspicion, confirmed=True)
    remembered = replace(suspicion, text=WaitingText(text, since))
    left = max(since + wait - now, timedelta(minutes=1))
    return Doubt(remembered, again=min(left, max(WAIT, now - since)))


def first(content: Content, signs: Signs, capture: Capture, memory: Memory, *, title: str) -> Judged:
    """Judge the first page that is read at an address; `title` is what its feed called the story."""
    sketch = sketches.sketch(content)
    if not signs.ended:
        if memory.usual("e"):
            return Judged(Outcome.TRUNCATED, "the page breaks off before its end", WEEK)
        return Judged(Outcome.UNCONFIRMED, "the page has no end; it waits for a second look", WAIT)
    announced = _announced(content, signs, capture.url, title)
    other = memory.standing_elsewhere(sketch)
    if other is not None and not other.believed and addresses.place(other.claims) in _own(capture):
        other = None  # there it says that it belongs here
    if other is not None and announced is True and other.believed and is_ill_named(content, other.address):
        other = None  # what stands there was announced here
    if other is not None and announced is True and _numbered_otherwise(content, other):
        other = None  # one form of words for many: the report of each round, the weather of each town
    if other is not None and (other.believed or announced is not True):
        one = other.believed and _is_one_story(content, signs, capture, other, title)
        return Judged(other=other.article) if one else _of_another(other)
    other = memory.standing_elsewhere(sketch, sketches.alike, believed=True)
    other = None if other is not None and is_ill_named(content, other.address) else other
    if other is not None and announced is not False and _is_named(content, signs, capture, other):
        return Judged(other=other.article)
    told = _told_by(signs)
    if told is not None and not signs.article and announced is not True:
        return told
    if announced is False and signs.elsewhere:
        reason = "the page calls another address its own, and is not the story that was announced"
        return Judged(Outcome.OTHER_PAGE, reason, STANDS)
    if signs.gated and content.words < TASTE and not memory.usual("g"):
        reason = f"the page asks for money and shows {content.words} words"
        return Judged(Outcome.PAYWALLED, reason, STANDS if memory.pages else WAIT)
    if signs.asks and content.words < PREVIEW and not (memory.usual("m") or memory.common("m")):
        return Judged(Outcome.PAYWALLED, f"the page asks for money and shows {content.words} words", STANDS)
    if memory.usual("a") and not signs.article:
        reason = "the page does not say that it is an article, as the source's do"
        return Judged(Outcome.OTHER_PAGE, reason, None if announced is False else STANDS)
    if addresses.strayed(capture.url, capture.final_url):
        if announced is False and not signs.article:
            return Judged(Outcome.OTHER_PAGE, f"redirected to {capture.final_url}, which is not the story announced")
        return Judged(Outcome.UNCONFIRMED, f"redirected to {capture.final_url}; it waits for a second look", WAIT)
    if not signs.article and announced is False:
        if signs.consent or signs.noindex:
            return Judged(Outcome.CONSENT if signs.consent else Outcome.OTHER_PAGE, "this is not the story announced")
        return Judged(Outcome.OTHER_PAGE, "this is not the story that was announced")
    return BELIEVED


def again(old: Content, new: Content, signs: Signs, capture: Capture, memory: Memory) -> Judged:
    """Judge a page that says something else than its article did."""
    if not signs.ended and memory.expects("e"):
        return Judged(Outcome.TRUNCATED, "the page breaks off before its end", WEEK)
    if walled(old, new):
        return Judged(Outcome.PAYWALLED, f"the page is not free and shows {new.words} words")
    sketch = sketches.sketch(new)
    other = None if sketches.alike(sketches.sketch(old), sketch) else memory.standing_elsewhere(sketch)
    shorter = collapsed(old, new)
    if cut(old, new) and ((signs.gated and not memory.expects("g")) or memory.usual("g")):
        return Judged(Outcome.PAYWALLED, f"the page asks for money and shows {new.words} of {old.words} words")
    stranger = other if other is not None and not _same_headline(old, new) else None
    if stranger is not None and not stranger.believed and addresses.place(stranger.claims) in _own(capture):
        stranger = None  # there it says that it belongs here
    if stranger is not None and not stranger.passed:
        return _of_another(stranger)
    proven = not shorter and _proves_itself(old, new, signs, capture, memory)
    if stranger is not None:  # it stood here first, was shown there by mistake, and is there no more
        return replace(_of_another(stranger), stands=STANDS if proven else None)
    if not (shorter or drastic(old, new)):
        if cut(old, new):
            return Judged(Outcome.UNCONFIRMED, "the text ends early; it waits for a second look", WAIT)
        return BELIEVED
    score, against = _identity(old, new, signs, capture, memory)
    if shorter and score >= KEPT:
        return Judged(Outcome.COLLAPSED, f"{new.words} of {old.words} words are left")
    if score >= CERTAIN and not against and _keeps_a_paragraph(old, new):
        return BELIEVED
    if score >= KEPT:
        return Judged(Outcome.UNCONFIRMED, "almost all of the text is new; it waits for a second look", WAIT)
    told = _told_by(signs)
    if told is not None:
        return told
    reason = f"another text stands there: {against or 'nothing shows that it is the article'}"
    return Judged(Outcome.OTHER_PAGE, reason, STANDS if proven else None)


def twin(content: Content, signs: Signs, capture: Capture, memory: Memory) -> Judged:
    """What a page that is believed shows of two articles that are one: the same text and headline, and one page that
    calls the other's address its own, or addresses that differ in the folder. The article at that address stays."""
    other = memory.standing_elsewhere(sketches.sketch(content), believed=True)
    if other is None or not _shares(sketches.tokens(content.headline), sketches.tokens(other.headline)):
        return BELIEVED
    if is_ill_named(content, other.address) or is_ill_named(content, capture.url):
        return BELIEVED  # one of the two showed the other's text by mistake
    there = addresses.place(other.address)
    if there in (addresses.place(signs.elsewhere), addresses.place(capture.final_url)):
        return Judged(other=other.article)
    alike = addresses.twins(capture.url, other.address)
    return Judged(takes=other.article) if alike or addresses.place(other.claims) in _own(capture) else BELIEVED


def collapsed(old: Content, new: Content) -> bool:
    """True when most of the article's text is missing: the body is empty, or under a third and many words short."""
    if old.words and not new.words:
        return True
    return new.words < COLLAPSED_SHARE * old.words and old.words - new.words >= COLLAPSED_WORDS


def walled(old: Content, new: Content) -> bool:
    """True when a page that says it is not free (`isAccessibleForFree`) shows much less than the article had.

    A page that said so before must have lost as much as a collapsed one. Briefs say too little about shrinking.
    """
    if new.free is not False or old.words < COLLAPSED_WORDS:
        return False
    return new.words < (WALLED_SHARE if old.free is not False else COLLAPSED_SHARE) * old.words


def cut(old: Content, new: Content) -> bool:
    """True when a text is hardly more than the beginning of what stood there."""
    if old.words < COLLAPSED_WORDS or not new.words or new.words >= CUT_SHARE * old.words:
        return False
    if sketches.kept(new, old) < CUT_PURE:
        return False
    began = {p.text for p in old.paragraphs[: len(new.paragraphs) + 1]}
    return sum(p.text in began for p in new.paragraphs) >= CUT_SHARE * len(new.paragraphs)


def drastic(old: Content, new: Content) -> bool:
    """True when under a fifth of the old text is still there."""
    return sketches.kept(old, new) < DRASTIC_SHARE


def _keeps_a_paragraph(old: Content, new: Content) -> bool:
    """Whether a paragraph, long enough to be nobody else's, still stands word for word."""
    before = {p.text for p in old.paragraphs}
    return any(p.text in before and count_words(p.text) >= OWN_WORDS for p in new.paragraphs)


def _own(capture: Capture) -> tuple[str, ...]:
    """The places where a page was asked for and found."""
    return addresses.place(capture.url), addresses.place(capture.final_url)


def _of_another(other: Standing) -> Judged:
    reason = f"the same text stands at the address of article {other.article}"
    return Judged(Outcome.OTHER_PAGE, reason, other=other.article if other.believed else "")


def _numbered_otherwise(content: Content, other: Standing) -> bool:
    """Whether two headlines differ in their numbers."""
    ours, theirs = (
        {word for word in sketches.tokens(text) if word.isdigit()} for text in (content.headline, other.headline)
    )
    return ours != theirs


def _is_one_story(content: Content, signs: Signs, capture: Capture, other: Standing, title: str) -> bool:
    """Whether a text that stands at two addresses is one story at both: the addresses say so, or what announced it."""
    if addresses.linked(capture.url, other.address) or addresses.linked(capture.final_url, other.address):
        return True
    announced = _announced(content, signs, capture.url, title)  # what a page claims is not taken against what named it
    return announced is True or (announced is None and _is_named(content, signs, capture, other))


def is_ill_named(content: Content, address: str) -> bool:
    """Whether the slug of an address says another thing than a text does."""
    slug = addresses.slug_words(address)
    said = sketches.tokens(f"{content.headline} {content.text[:3000]}")
    return len(slug) >= addresses.SLUG_WORDS and len(slug & said) * 2 < len(slug)


def _is_named(content: Content, signs: Signs, capture: Capture, other: Standing) -> bool:
    """Whether a page of that headline, give or take an edit, lies or says that it lies where the other one was read."""
    if not _shares(sketches.tokens(content.headline), sketches.tokens(other.headline)):
        return False
    if addresses.twins(capture.url, other.address):
        return True
    claims = (capture.final_url, *(claim for claim in (signs.canonical, signs.og_url) if claim))
    return any(not addresses.names_another(claim, (other.address,), capture.final_url) for claim in claims)


def _told_by(signs: Signs) -> Judged | None:
    """What a page that has lost the article shows of what it is instead."""
    if signs.challenge:
        return Judged(Outcome.BLOCKED, "the page asks for a proof that a person reads it")
    if signs.password:
        return Judged(Outcome.PAYWALLED, "the page asks for a password")
    if signs.consent:
        return Judged(Outcome.CONSENT, "the page asks for consent")
    if signs.missing:
        return Judged(Outcome.GONE, f"the page says that it was not found: {signs.title}")
    return None


def _identity(old: Content, new: Content, signs: Signs, capture: Capture, memory: Memory) -> tuple[int, str]:
    """How much speaks for the same article, and what speaks most against it."""
    against: list[str] = []
    score = 3 if _same_headline(old, new) else 0
    if is_ill_named(old, capture.url) and not is_ill_named(new, capture.url):
        score += 3  # what stood there was another story from the beginning, and so was its date
    elif signs.published and old.published_at is not None and new.published_at is not None:
        score += 3 if iso(old.published_at) == iso(new.published_at) else -2
    if old.byline and old.byline == new.byline:
        score += 1
    if memory.expects("a") and not signs.article:
        score -= 3
        against.append("it does not say that it is an article any more")
    if _strayed(capture, memory):
        score -= 3
        against.append(f"redirected to {capture.final_url}")
    if signs.noindex and not memory.expects("n"):
        score -= 2
        against.append("it keeps search engines out")
    if signs.password and not memory.expects("w"):
        score -= 2
        against.append("it asks for a password")
    if _claims_another(signs, memory):
        score -= 2
        against.append("it calls another address its own")
    if not _same_place(old, new):
        score -= 1
        against.append("its text stands elsewhere in the page")
    return score, against[0] if against else ""


def _proves_itself(old: Content, new: Content, signs: Signs, capture: Capture, memory: Memory) -> bool:
    """Whether a text that is not known to be the article could be one that took its place."""
    claims = signs.article or not memory.expects("a")
    known = not (signs.noindex and not memory.expects("n")) and not (signs.password and not memory.expects("w"))
    here = not _strayed(capture, memory) and not _claims_another(signs, memory)
    return (
        claims
        and known
        and here
        and (_same_place(old, new) or bool(signs.article and signs.published))
        and not (signs.consent and not signs.article)
    )


def _same_headline(old: Content, new: Content) -> bool:
    """Whether any variant of the headline is one of before, or an edit of it."""
    before = [sketches.tokens(text) for text in (old.headline, *old.headlines.values()) if text]
    after = [sketches.tokens(text) for text in (new.headline, *new.headlines.values()) if text]
    return any(_shares(one, other) for one in before for other in after)


def _shares(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two headlines, given as their words, may be one that was edited."""
    return bool(one and other) and len(one & other) >= HEADLINE_SHARE * max(len(one), len(other))


def _strayed(capture: Capture, memory: Memory) -> bool:
    """Whether redirects ended where the article neither belongs nor was read before."""
    if memory.address and addresses.place(memory.address) == addresses.place(capture.final_url):
        return False
    return addresses.strayed(capture.url, capture.final_url, abroad=True)


def _claims_another(signs: Signs, memory: Memory) -> bool:
    """Whether the page calls another address its own than it did before, where the source's pages do not always so."""
    if not signs.elsewhere or signs.elsewhere == memory.claims:
        return False
    return not memory.usual("c")


def _same_place(old: Content, new: Content) -> bool:
    """Whether most of the text stands in a box of the page that held the article before; True when nothing is known."""
    before = {b.path.rpartition(">")[0] for b in old.blocks if b.kept}
    after = [b.path.rpartition(">")[0] for b in new.blocks if b.kept]
    return not before or not after or sum(p in before for p in after) * 2 >= len(after)


def _announced(content: Content, signs: Signs, url: str, title: str) -> bool | None:
    """Whether a page holds the story that its feed or address announced; None when neither says enough to tell."""
    announced = [
        words for words in (sketches.tokens(title), addresses.slug_words(url)) if len(words) >= addresses.SLUG_WORDS
    ]
    if not title or not announced:
        return None
    page = sketches.tokens(" ".join((signs.title, content.headline, *content.headlines.values(), content.text[:3000])))
    return any(len(words & page) * 2 >= len(words) for words in announced)
