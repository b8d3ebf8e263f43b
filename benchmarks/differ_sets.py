"""The labelled sets and revision pairs that the differ is measured on.

They are third-party text and live outside the repository: `CORPUS=folder` names the folder (default
`../shared/corpus` beside the repository). Our own labelled edits are `benchmarks/labelled_edits.jsonl`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.differ.classify import classify
from tracker.differ.matching.align import align
from tracker.differ.sentences import sentences
from tracker.differ.traits import Place
from tracker.language.notices import kind_of
from tracker.model import Content, Paragraph, Sentence

HERE = Path(__file__).resolve().parent
CORPUS = Path(os.environ.get("CORPUS", HERE.parent.parent / "shared" / "corpus"))
PAIRS = ("news_full", "headlines_nl", "headlines_en", "prose_betagouv_fr", "prose_digitalgov_news")
PAIRS += ("prose_ruanyf_weekly_zh", "prose_ruby_news", "prose_rust_blog")


@dataclass(frozen=True)
class Pair:
    """Two versions of one text as contents."""

    set: str
    id: str
    old: Content
    new: Content

    @property
    def texts(self) -> tuple[str, str]:
        """Both versions as flat texts, a blank line between paragraphs: what the other methods compare."""
        return tuple(
            "\n\n".join(filter(None, (c.headline, *(p.text for p in c.paragraphs)))) for c in (self.old, self.new)
        )


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file of the corpus."""
    return [json.loads(line) for line in (CORPUS / "pairs" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def pairs(*names: str) -> Iterator[Pair]:
    """The revision pairs of these files, differing ones only."""
    for name in names or PAIRS:
        for row in rows(name):
            pair = Pair(name, row["id"], _content(row, "old"), _content(row, "new"))
            if pair.texts[0] != pair.texts[1]:
                yield pair


def _content(row: dict[str, Any], side: str) -> Content:
    language = row.get("lang") or ""
    if "old_paras" in row:
        paragraphs = row[f"{side}_paras"]
        return Content(row[f"title_{side}"] or "", language=language, paragraphs=tuple(map(Paragraph, paragraphs)))
    if "old_sents" in row:
        paragraphs = [text for text in row[side].split("\n") if text.strip()]
        return Content(row.get(f"head_{side}") or "", language=language, paragraphs=tuple(map(Paragraph, paragraphs)))
    return Content(row[side], language=language)


def sentence_matching() -> dict[str, Any]:
    """Precision and recall of the aligner on sentence pairs labelled match or not.

    The labels were made on another splitter's sentences: a labelled sentence is found by its text, as our sentences
    that share most of it, and a pair counts as linked when any two of those are.
    """
    revisions = {row["id"]: row for row in rows("news_full")}
    read: dict[str, _Linked] = {}
    count: Counter[str] = Counter()
    wrong = []
    for row in rows("gold_sentence_match_news"):
        source = row["source"].split()[-1]
        if row["gold"] == "unclear" or source not in revisions:
            continue
        if source not in read:
            read[source] = _Linked(revisions[source])
        found = read[source].linked(row["old"], row["new"])
        if found is None:
            count["not found"] += 1
            continue
        count[f"{row['gold']} {found}"] += 1
        if (row["gold"] == "match") != found:
            wrong.append((row["id"], row["gold"], row["old"], row["new"]))
    good = count["match True"]
    return {
        "precision": good / max(1, good + count["nomatch True"]),
        "recall": good / max(1, good + count["match False"]),
        "labelled": sum(count.values()) - count["not found"],
        "not found": count["not found"],
        "wrong": wrong,
    }


class _Linked:
    """One revision, split and aligned."""

    def __init__(self, revision: dict[str, Any]) -> None:
        old, new = _content(revision, "old"), _content(revision, "new")
        self.old, self.new = sentences(old.paragraphs, old.language), sentences(new.paragraphs, new.language)
        found = align(self.old, self.new)
        self.links = {*found.same, *found.format, *found.similar}
        self.links |= {(i, j) for i, parts in found.parts.items() for j in parts}
        self.links |= {(i, j) for j, wholes in found.wholes.items() for i in wholes}

    def linked(self, old: str, new: str) -> bool | None:
        """Whether the aligner links two texts, or None when one of them is not in the revision."""
        olds, news = _places(old, self.old), _places(new, self.new)
        if not olds or not news:
            return None
        return any((i, j) in self.links for i in olds for j in news)


def _places(text: str, among: Sequence[Sentence]) -> list[int]:
    """The sentences that are the text, or mostly lie in it, or hold it."""
    text = " ".join(text.split())
    found = []
    for index, sentence in enumerate(among):
        other = " ".join(sentence.text.split())
        if other == text or (len(other) > 30 and other in text) or (len(text) > 30 and text in other):
            found.append(index)
    return found


def edit_types(labelled: list[dict[str, Any]]) -> dict[str, Any]:
    """Confusion of our classes with the labels of these edits."""
    confusion: Counter[tuple[str, str]] = Counter()
    wrong = []
    for row in labelled:
        place = Place(
            left=row["left"],
            right=row["right"],
            language=row["lang"],
            field="headline" if row.get("headline") else "",
            old=row["old"],
            new=row["new"],
        )
        verdict = classify(row["deleted"], row["inserted"], place)
        confusion[row["gold"], verdict.class_.value] += 1
        if row["gold"] != verdict.class_.value:
            wrong.append((row["id"], row["gold"], verdict.class_.value, verdict.rule, row["deleted"], row["inserted"]))
    total = sum(confusion.values())
    hit = confusion["substantive", "substantive"]
    called = sum(n for (_, ours), n in confusion.items() if ours == "substantive")
    labelled_so = sum(n for (gold, _), n in confusion.items() if gold == "substantive")
    return {
        "n": total,
        "accuracy": sum(n for (gold, ours), n in confusion.items() if gold == ours) / max(1, total),
        "precision": hit / max(1, called),
        "recall": hit / max(1, labelled_so),
        "f1": 2 * hit / max(1, called + labelled_so),
        "substantive called minor": confusion["substantive", "minor"],
        "minor called substantive": confusion["minor", "substantive"],
        "wrong": wrong,
    }


def own_edits(written: int) -> list[dict[str, Any]]:
    """Our labelled edits of one round: `text` with `[-deleted-]{+inserted+}` marks, language, label, trap or not."""
    labelled = []
    for number, line in enumerate((HERE / "labelled_edits.jsonl").read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        if row["round"] != written:
            continue
        left, _, rest = row["text"].partition("[-")
        deleted, _, rest = rest.partition("-]{+")
        inserted, _, right = rest.partition("+}")
        labelled.append(
            {
                **row,
                "id": f"own-{number:03d}",
                "left": left,
                "right": right,
                "deleted": deleted,
                "inserted": inserted,
                "old": left + deleted + right,
                "new": left + inserted + right,
            }
        )
    return labelled


def iterater() -> dict[str, Any]:
    """Precision and recall of `substantive` on edits that people labelled meaning-changed, spans without context."""
    seen: Counter[tuple[str, str]] = Counter()
    wrong = []
    for row in rows("gold_iterater_r3"):
        verdict = classify(row["old"] or "", row["new"] or "", Place(language=row["lang"]))
        seen[row["gold"], verdict.class_.value] += 1
        if row["gold"] == "meaning-changed" and verdict.class_ != "substantive":
            wrong.append((row["id"], verdict.class_.value, verdict.rule, row["old"], row["new"]))
    changed = sum(n for (gold, _), n in seen.items() if gold == "meaning-changed")
    return {
        "n": sum(seen.values()),
        "recall": seen["meaning-changed", "substantive"] / max(1, changed),
        "precision": seen["meaning-changed", "substantive"]
        / max(1, sum(n for (_, ours), n in seen.items() if ours == "substantive")),
        "called minor": seen["meaning-changed", "minor"],
        "wrong": wrong,
    }


def own_notices() -> list[dict[str, Any]]:
    """Our own lines in 39 languages; `type` is `None` for the story itself."""
    return [json.loads(line) for line in (HERE / "labelled_notices.jsonl").read_text(encoding="utf-8").splitlines()]


def notices(labelled: list[dict[str, Any]]) -> dict[str, Any]:
    """How many notice lines are told apart."""
    wrong = [(row["lang"], row["type"], str(kind_of(row["text"])), row["text"]) for row in labelled]
    wrong = [entry for entry in wrong if entry[1] != entry[2]]
    return {"n": len(labelled), "right": len(labelled) - len(wrong), "wrong": wrong}
