"""Edit scripts with a known answer on real articles: sentences added, deleted, edited, split, merged and moved."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.differ_sets import CORPUS
from tracker.differ.matching.align import Alignment, align
from tracker.differ.sentences import split
from tracker.model import Sentence

KINDS = ("add", "delete", "edit", "split", "merge", "move")


@dataclass
class Script:
    """A new text made from an old one, and what was done."""

    old: list[str]
    new: list[str] = field(default_factory=list)
    truth: dict[str, set[tuple[int, ...]]] = field(default_factory=lambda: {kind: set() for kind in KINDS})


def articles() -> list[tuple[str, list[str]]]:
    """Language and distinct sentences (five words and more) of the corpus's news articles that have at least 12."""
    found = []
    with (CORPUS / "news" / "gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            page = json.loads(line)
            texts = [s.strip() for p in page["paragraphs"] for s in split(p, page["lang"] or "")]
            texts = list(dict.fromkeys(text for text in texts if len(text.split()) >= 5))
            if len(texts) >= 12:
                found.append((page["lang"] or "", texts))
    return found


def write(old: list[str], donors: list[str], rng: random.Random) -> Script:
    """One random script: about a third of the sentences are touched, each once."""
    script = Script(old)
    plan = ["keep"] * len(old)
    for index in rng.sample(range(len(old)), max(3, len(old) // 3)):
        plan[index] = rng.choice(("delete", "edit", "split", "merge", "move"))
    pieces: list[tuple[str, tuple[str, ...], tuple[int, ...]]] = []  # what, new texts, old indexes
    index = 0
    while index < len(old):
        text, what = old[index], plan[index]
        if what == "split" and (halves := _halved(text)):
            pieces.append(("split", halves, (index,)))
        elif what == "merge" and index + 1 < len(old) and plan[index + 1] == "keep" and len(text.split()) < 40:
            joined = text.rstrip(".") + ", and " + old[index + 1][0].lower() + old[index + 1][1:]
            pieces.append(("merge", (joined,), (index, index + 1)))
            index += 1
        elif what == "edit":
            pieces.append(("edit", (_edited(text, donors, rng),), (index,)))
        elif what == "delete":
            pieces.append(("delete", (), (index,)))
        elif what == "move":
            pieces.append(("move", (text,), (index,)))
        else:
            pieces.append(("keep", (text,), (index,)))
        if rng.random() < 0.08:
            pieces.append(("add", (rng.choice(donors),), ()))
        index += 1
    _shuffle_moves(pieces, rng)
    _record(script, pieces)
    return script


def _halved(text: str) -> tuple[str, ...] | None:
    words = text.split()
    middle = next((i for i in range(5, len(words) - 5) if words[i - 1].endswith(",")), None)
    if middle is None:
        return None
    first, second = " ".join(words[:middle]).rstrip(",") + ".", " ".join(words[middle:])
    return first, second[0].upper() + second[1:]


def _edited(text: str, donors: list[str], rng: random.Random) -> str:
    words = text.split()
    for _ in range(rng.randint(1, max(1, len(words) // 6))):
        words[rng.randrange(len(words))] = rng.choice(rng.choice(donors).split())
    edited = " ".join(words)
    return edited if edited != text else "Meanwhile, " + text


def _shuffle_moves(pieces: list[tuple[str, tuple[str, ...], tuple[int, ...]]], rng: random.Random) -> None:
    """Take each moved sentence out and put it back at least three places away."""
    for piece in [p for p in pieces if p[0] == "move"]:
        place = pieces.index(piece)
        others = [i for i in range(len(pieces)) if abs(i - place) >= 3]
        if others:
            pieces.remove(piece)
            pieces.insert(rng.choice(others), piece)
        else:
            pieces[place] = ("keep", piece[1], piece[2])


def _record(script: Script, pieces: list[tuple[str, tuple[str, ...], tuple[int, ...]]]) -> None:
    for what, texts, sources in pieces:
        start = len(script.new)
        script.new += texts
        made = tuple(range(start, start + len(texts)))
        if what == "add":
            script.truth["add"].add(made)
        elif what == "delete":
            script.truth["delete"].add(sources)
        elif what in ("edit", "split", "merge", "move"):
            script.truth[what].add((*sources, -1, *made))


def read(script: Script) -> dict[str, set[tuple[int, ...]]]:
    """The same record as the aligner sees it."""
    old = [Sentence(text, index) for index, text in enumerate(script.old)]
    new = [Sentence(text, index) for index, text in enumerate(script.new)]
    found: Alignment = align(old, new)
    seen: dict[str, set[tuple[int, ...]]] = {kind: set() for kind in KINDS}
    for i, j in found.similar:
        if i in found.parts:
            seen["split"].add((i, -1, *sorted([j, *found.parts[i]])))
        elif j in found.wholes:
            seen["merge"].add((*sorted([i, *found.wholes[j]]), -1, j))
        else:
            seen["edit"].add((i, -1, j))
    used_old = {i for i, *_ in [*found.same, *found.format, *found.similar]} | {
        i for w in found.wholes.values() for i in w
    }
    used_new = {p[1] for p in [*found.same, *found.format, *found.similar]} | {
        j for p in found.parts.values() for j in p
    }
    seen["delete"] = {(i,) for i in range(len(old)) if i not in used_old}
    seen["add"] = {(j,) for j in range(len(new)) if j not in used_new}
    seen["move"] = {(i, -1, j) for i, j in found.moved if (i, j) in set(found.same)}
    return seen


def _forgive_neighbours(truth: set[tuple[int, ...]], seen: set[tuple[int, ...]], script: Script) -> int:
    """Of two swapped runs either may be the one that moved: as many moves with the same result are right."""
    extra, missing = seen - truth, truth - seen
    forgiven = min(len(extra), len(missing)) if _same_order(extra | truth & seen, script) else 0
    return len(truth & seen) + forgiven


def _same_order(moved: set[tuple[int, ...]], script: Script) -> bool:
    """True when the sentences besides these moves stand in one order in both texts."""
    taken = {old for old, _, _ in moved}
    place = {text: index for index, text in enumerate(script.new)}
    rest = [place[text] for index, text in enumerate(script.old) if index not in taken and text in place]
    return rest == sorted(rest)


def score(count: int = 250, seed: int = 7) -> dict[str, tuple[float, float, int]]:
    """Precision, recall and number of each kind over that many scripts."""
    everything = articles()
    rng = random.Random(seed)
    right: Counter[str] = Counter()
    called: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    for _ in range(count):
        number = rng.randrange(len(everything))
        language, texts = everything[number]
        own = set(texts)
        same = [s for n, (lang, t) in enumerate(everything) if n != number and lang == language for s in t]
        donors = [
            s for s in same or [s for n, (_, t) in enumerate(everything) if n != number for s in t] if s not in own
        ]
        script = write(texts[:60], donors, rng)
        seen = read(script)
        for kind in KINDS:
            truth = script.truth[kind]
            hit = _forgive_neighbours(truth, seen[kind], script) if kind == "move" else len(truth & seen[kind])
            right[kind] += hit
            called[kind] += len(seen[kind])
            planted[kind] += len(truth)
    return {k: (right[k] / max(1, called[k]), right[k] / max(1, planted[k]), planted[k]) for k in KINDS}
