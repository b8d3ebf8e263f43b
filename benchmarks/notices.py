"""How well notices are told from the story, in sets of lines that were written before the rules they measure.

Every line of `labelled_notices.jsonl` belongs to a round. Half of a round, chosen by the hash of its text, is held out:
its wrong lines are printed only when asked for with `--show held`, which ends its use as a measure. Round 3 was written
last, after the rules.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.differ_sets import own_notices
from tracker.language.notices import kind_of

_CORRECTED = ("correction", "clarification")
_QUIET = ("None", "timestamp")


def half(text: str) -> str:
    """`open` or `held`: which half of its round a line belongs to."""
    return "held" if hashlib.sha256(text.encode()).digest()[0] & 1 else "open"


def figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What became of the corrections, of the other notices and of the lines that are no notice."""
    seen: Counter[tuple[str, str]] = Counter()
    wrong = []
    for row in rows:
        found = str(kind_of(row["text"]))
        seen[_group(row["type"]), _group(found)] += 1
        if _group(found) != _group(row["type"]) and not {row["type"], found} <= {*_QUIET}:
            wrong.append((row["lang"], row["type"], found, row["text"]))
    corrections = sum(n for (gold, _), n in seen.items() if gold == "correction")
    others = sum(n for (gold, _), n in seen.items() if gold in ("update", "removal"))
    quiet = sum(n for (gold, _), n in seen.items() if gold == "none")
    return {
        "corrections": corrections,
        "as corrections": seen["correction", "correction"],
        "as updates": seen["correction", "update"],
        "as none": seen["correction", "none"],
        "updates and removals": others,
        "seen as such": seen["update", "update"] + seen["removal", "removal"],
        "no notices": quiet,
        "false notices": quiet - seen["none", "none"],
        "wrong": wrong,
    }


def _group(kind: str) -> str:
    if kind in _CORRECTED:
        return "correction"
    return "none" if kind in _QUIET else kind


def _line(name: str, found: Mapping[str, Any]) -> str:
    share = found["as corrections"] / max(1, found["corrections"])
    none = found["as none"] / max(1, found["corrections"])
    return (
        f"{name:16} corrections {found['as corrections']:3}/{found['corrections']:3} ({share:.1%}), as none"
        f" {found['as none']:2} ({none:.1%}), as updates {found['as updates']:2}; updates and removals"
        f" {found['seen as such']:2}/{found['updates and removals']:2}; false notices"
        f" {found['false notices']}/{found['no notices']}"
    )


def speed(texts: Sequence[str], rounds: int = 5) -> float:
    """Microseconds for one line that was not asked about before, best of some runs."""
    best = 9e9
    for number in range(rounds):
        fresh = [f"{text} {number}" for text in texts]
        start = time.process_time()
        for text in fresh:
            kind_of(text)
        best = min(best, (time.process_time() - start) / len(fresh))
    return best * 1e6


def main(arguments: Iterable[str] | None = None) -> None:
    """Print one line for each half of each round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", choices=("open", "held"), action="append", default=[], help="print its wrong lines")
    parser.add_argument("--round", type=int, action="append", help="only these rounds")
    options = parser.parse_args(None if arguments is None else list(arguments))
    rows = own_notices()
    for written in sorted({row["round"] for row in rows}):
        if options.round and written not in options.round:
            continue
        for side in ("open", "held"):
            found = figures([row for row in rows if row["round"] == written and half(row["text"]) == side])
            print(_line(f"round {written}, {side}", found))
            for entry in found["wrong"] if side in options.show else ():
                print("   ", *entry, sep="\t")
    print(f"{speed([row['text'] for row in rows]):.1f} µs a line")


if __name__ == "__main__":
    main()
