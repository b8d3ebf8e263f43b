"""A generated history for the store's figures: articles, edits and checks with the sizes of real ones.

Text: words of a Zipf vocabulary, paragraphs of about 35 words, about 24 an article, as in 437 real articles (5,060
characters on average). Edits: paragraphs changed, added and removed with the means of the NewsEdits corpus (4.6 million
versions, 3.8 an article), geometric. Everything is seeded: the same numbers give the same history.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from tracker.model import (
    ArticleState,
    Block,
    Change,
    ChangeClass,
    CheckResult,
    Content,
    FieldChange,
    Found,
    Notice,
    Op,
    Operation,
    Outcome,
    Paragraph,
    RevisitState,
    Via,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES = 50
VERSIONS_PER_ARTICLE = 3.8


@dataclass
class World:
    """Makes articles and their edits; `chance` is the only source of randomness."""

    seed: int = 1
    words: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        letters = "etaoinshrdlucmfwypvbgk"
        seen: dict[str, None] = {}
        while len(seen) < 60_000:
            length = max(2, int(self.chance.gammavariate(4, 1.6)))
            seen["".join(self.chance.choices(letters, k=length))] = None
        # The most frequent words of a language are its short ones.
        common = sorted(list(seen)[:2000], key=len)
        self.words = common + list(seen)[2000:]
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def text(self, words: int) -> str:
        """A run of words that reads like a sentence or two."""
        chosen = self.chance.choices(self.words, cum_weights=self.weights, k=max(3, words))
        return " ".join(chosen).capitalize() + "."

    def paragraph(self) -> Paragraph:
        """A paragraph of about 35 words, 210 characters."""
        return Paragraph(self.text(int(self.chance.gammavariate(4, 9))))

    def story(self) -> Content:
        """A first version."""
        body = tuple(self.paragraph() for _ in range(max(3, int(self.chance.gammavariate(3, 8)))))
        return self.content(self.text(9)[:-1], body)

    def content(self, headline: str, body: tuple[Paragraph, ...]) -> Content:
        """A content with this headline and body and the usual rest."""
        return Content(
            headline=headline,
            standfirst=body[0].text[:140],
            byline=("A. Reporter",),
            section="Politics",
            language="en",
            published_at=START,
            paragraphs=body,
            headlines={"h1": headline, "og": headline, "json-ld": headline, "title": headline + " | The Example"},
            extractor="benchmark@1",
        )

    def edited(self, old: Content) -> Content:
        """The next version: about 2 paragraphs changed, 1.5 added, 1 removed; one headline in six."""
        body = list(old.paragraphs)
        for _ in range(self.geometric(2.0)):
            place = self.chance.randrange(len(body))
            words = body[place].text.split()
            words[self.chance.randrange(len(words))] = self.text(3)[:-1].lower()
            body[place] = Paragraph(" ".join(words))
        for _ in range(self.geometric(1.5)):
            body.insert(self.chance.randrange(len(body) + 1), self.paragraph())
        for _ in range(min(self.geometric(1.0), len(body) - 3)):
            body.pop(self.chance.randrange(len(body)))
        headline = self.text(9)[:-1] if self.chance.random() < 1 / 6 else old.headline
        if (headline, tuple(body)) == (old.headline, old.paragraphs):
            return self.edited(old)  # saying the same again is no edit
        return self.content(headline, tuple(body))

    def geometric(self, mean: float) -> int:
        """A count with this mean and a long tail."""
        count = 0
        while self.chance.random() < mean / (mean + 1):
            count += 1
        return count

    def versions_of_an_article(self) -> int:
        """1, 2, 3 … with the mean of NewsEdits."""
        return 1 + self.geometric(VERSIONS_PER_ARTICLE - 1)

    def blocks(self, content: Content, furniture: list[str]) -> tuple[Block, ...]:
        """What a reading of the page remembers: its paragraphs between the source's furniture."""
        around = [Block(text, "div.aside/ul/li", False, "link density") for text in furniture]
        inside = [Block(p.text, "main/article/p", True, "body") for p in content.paragraphs]
        return (*around[:20], *inside, *around[20:])

    def history(self, versions: int, *, first_article: int = 1) -> Iterator[tuple[Found, str, list[Content]]]:
        """Articles with all their versions until there are this many."""
        furniture = {s: [self.text(6) for _ in range(60)] for s in range(SOURCES)}
        made, number = 0, first_article
        while made < versions:
            source = self.chance.randrange(SOURCES)
            told = [self.story()]
            for _ in range(min(self.versions_of_an_article(), versions - made) - 1):
                told.append(self.edited(told[-1]))
            told[-1] = replace(told[-1], blocks=self.blocks(told[-1], furniture[source]))
            made += len(told)
            url = f"https://source-{source}.example/2026/{number}/{self.text(5)[:-1].lower().replace(' ', '-')}"
            yield Found(url, Via.FEED, told[0].headline), f"source-{source}", told
            number += 1


def change(old: Content, new: Content) -> Change:
    """A change with the sizes of a real one; the store does not look at what it says."""
    before, after = set(old.paragraphs), set(new.paragraphs)
    gone = [p.text for p in old.paragraphs if p not in after]
    come = [p.text for p in new.paragraphs if p not in before]
    operations = (
        *(Operation(Op.DELETE, (i,), (), text, None) for i, text in enumerate(gone)),
        *(Operation(Op.ADD, (), (i,), None, text) for i, text in enumerate(come)),
    )
    headline = {"headline": FieldChange(old.headline, new.headline)} if old.headline != new.headline else {}
    return Change(
        fields=headline,
        operations=operations,
        old=(),
        new=(),
        same=(),
        class_=ChangeClass.SUBSTANTIVE if len(gone) > 2 else ChangeClass.WORDING,
        score=len(gone) + len(come),
        tags=("number",) if len(gone) % 3 == 0 else ("wording", "quote"),
        notice=Notice.NONE,
        acknowledged=False,
        noise_rule="white-space" if len(gone) % 11 == 10 else None,
        words_added=sum(len(t.split()) for t in come),
        words_removed=sum(len(t.split()) for t in gone),
        summary=f"{len(come)} sentences added, {len(gone)} removed",
        excerpt_old=gone[0][:240] if gone else "",
        excerpt_new=come[0][:240] if come else "",
        differ="benchmark@1",
    )


def check(
    article_id: int,
    source_id: str,
    at: datetime,
    outcome: Outcome,
    *,
    run: int = 1,
    new: Content | None = None,
    old: Content | None = None,
) -> CheckResult:
    """The result of one check."""
    state = ArticleState(
        article_id,
        next_check_at=at + timedelta(hours=1 + article_id % 50),
        last_check_at=at,
        last_seen_at=at,
        checks=run,
        outcome=outcome,
        outcome_since=at,
        outcome_run=run,
        body_sha256=f"{article_id:064x}",
        rate=RevisitState(shape=1.5, exposure=20.25),
    )
    return CheckResult(
        article_id,
        source_id,
        at,
        at,
        outcome,
        state,
        status=200,
        wire_bytes=62_000,
        milliseconds=180,
        content=new,
        change=change(old, new) if old is not None and new is not None else None,
    )
