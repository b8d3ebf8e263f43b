"""A history of real paragraphs for the store's figures: those of the shared corpus, in its 20 languages.

No archive of many versions of real articles is at hand, so each article is as long as a real one and made of real
paragraphs of its language, and is edited as `store_world` edits. One word in eight is replaced by another of the
language: 200 articles stand for thousands, and no way of keeping them is to gain from their repeating one another.
Scripts without spaces are left out, because most rivals cannot search them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.store_world import World
from tracker.model import Content, Paragraph

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
_FEWEST_WORDS = 4
_REPLACED = 8


@dataclass(frozen=True, slots=True)
class Real:
    """What was read from one page: its language, headline, standfirst and paragraphs."""

    language: str
    headline: str
    standfirst: str
    paragraphs: tuple[str, ...]


@dataclass
class CorpusWorld(World):
    """Articles of real paragraphs. Raises FileNotFoundError where the corpus is not at hand."""

    corpus: Path = CORPUS
    pages: list[Real] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pages = read(self.corpus)
        self.language = "en"
        self.pools = {
            language: [p for page in self.pages if page.language == language for p in page.paragraphs]
            for language in {page.language for page in self.pages}
        }
        self.spoken = {language: [w for p in pool for w in p.split()] for language, pool in self.pools.items()}

    def text(self, words: int) -> str:
        """A run of words as it stands in a real text."""
        spoken = self.spoken[self.language]
        start = self.chance.randrange(max(1, len(spoken) - words))
        return self.another(" ".join(spoken[start : start + words]))

    def paragraph(self) -> Paragraph:
        """A real paragraph of the article's language, reworded."""
        return Paragraph(self.another(self.chance.choice(self.pools[self.language])))

    def another(self, text: str) -> str:
        """The text with one word in eight replaced by another of its language."""
        words = text.split()
        for place in range(len(words)):
            if self.chance.random() < 1 / _REPLACED:
                words[place] = self.chance.choice(self.spoken[self.language])
        return " ".join(words)

    def story(self) -> Content:
        """A first version, as long as a real article."""
        like = self.chance.choice(self.pages)
        self.language = like.language
        body = tuple(dict.fromkeys(self.paragraph() for _ in like.paragraphs))
        content = self.content(self.another(like.headline) if like.headline else self.text(9), body)
        standfirst = self.another(like.standfirst) if like.standfirst else content.standfirst
        return replace(content, standfirst=standfirst, language=like.language)

    def edited(self, old: Content) -> Content:
        """The next version; its standfirst stays as it was in five of six."""
        self.language = old.language
        new = super().edited(old)
        kept = new.standfirst if self.chance.random() < 1 / 6 else old.standfirst
        return replace(new, standfirst=kept, language=old.language)


def read(corpus: Path) -> list[Real]:
    """The corpus's articles whose words are set apart by spaces and that have three paragraphs or more."""
    pages = []
    for line in (corpus / "news" / "gold.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        pages.append(Real(page["lang"], page["title"], " ".join(page["summary"]), tuple(page["core"])))
    for line in (corpus / "articles" / "gold.jsonl").read_text("utf-8").splitlines():
        body = json.loads(line)["body"].split("\n")
        pages.append(Real("en", "", "", tuple(p for p in (part.strip() for part in body) if p)))
    return [p for p in pages if len(p.paragraphs) > 2 and _spaced(p)]


def _spaced(page: Real) -> bool:
    words = [len(p.split()) for p in page.paragraphs]
    return sum(words) / len(words) > _FEWEST_WORDS
