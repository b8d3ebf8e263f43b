"""How well speakers are followed from version to version, and how often an edit is framed wrongly, on sets of our own.

Every line of `labelled_voices.jsonl` was written before the rules it measures. A line of the set `events` has what
became of its speakers, as pairs of an event and a part of the speaker's words; one of the set `framing` has the tags of
its edit.
Both sets hold lines of which nothing is to be said: what is said of them is wrong.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tracker.differ import diff
from tracker.model import Change, Content, Paragraph

LABELLED = Path(__file__).with_name("labelled_voices.jsonl")


def own_voices(name: str) -> list[dict[str, Any]]:
    """The labelled lines of one set."""
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["set"] == name]


def changed(row: Mapping[str, Any]) -> Change:
    """The change from a line's old paragraphs to its new ones."""
    headlines = row.get("headline", ("", ""))
    old, new = (
        Content(headline=headline, language=row["lang"], paragraphs=tuple(map(Paragraph, row[side])))
        for headline, side in zip(headlines, ("old", "new"), strict=True)
    )
    return diff(old, new)


def events(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Events that were wanted and found, found without being wanted, and missed."""
    right = extra = 0
    wrong: list[tuple[Any, ...]] = []
    by_language: dict[str, Counter[str]] = {}
    for row in rows:
        found = [(event.event, event.source) for event in changed(row).voices]
        wanted = [tuple(event) for event in row["events"]]
        count = by_language.setdefault(row["lang"], Counter())
        for event, source in wanted:
            match = next((f for f in found if f[0] == event and source.casefold() in f[1].casefold()), None)
            if match is not None:
                found.remove(match)
                right += 1
                count["right"] += 1
            else:
                wrong.append((row["lang"], "missed", event, source, row["new"]))
                count["missed"] += 1
        extra += len(found)
        count["extra"] += len(found)
        wrong += [(row["lang"], "extra", *event, row["new"]) for event in found]
    wanted_in_all = sum(len(row["events"]) for row in rows)
    return {"wanted": wanted_in_all, "right": right, "extra": extra, "wrong": wrong, "languages": by_language}


def framing(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Tags that were wanted and found, found without being wanted, and missed."""
    right = extra = 0
    wrong: list[tuple[Any, ...]] = []
    for row in rows:
        change = changed(row)
        found = {_told(f.tag, f.value) for op in change.operations for f in op.framing if f.tag != "office"}
        found |= {"office"} & set(change.tags)
        wanted = set(row["tags"])
        right += len(found & wanted)
        extra += len(found - wanted)
        if found != wanted:
            wrong.append((row["lang"], sorted(wanted), sorted(found), row["old"][0], row["new"][0]))
    return {"wanted": sum(len(row["tags"]) for row in rows), "right": right, "extra": extra, "wrong": wrong}


def _told(tag: str, value: str) -> str:
    return f"{tag}:{value}" if value else tag


def _line(name: str, rows: Sequence[object], found: Mapping[str, Any]) -> str:
    said = found["right"] + found["extra"]
    precision, recall = found["right"] / max(1, said), found["right"] / max(1, found["wanted"])
    return (
        f"{name:16} {len(rows):3} lines, {found['wanted']:3} wanted: precision {found['right']}/{said}"
        f" ({precision:.3f}), recall {found['right']}/{found['wanted']} ({recall:.3f})"
    )


def main(arguments: Iterable[str] | None = None) -> None:
    """Print one line for each set and the milliseconds of a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    parser.add_argument("--languages", action="store_true", help="print the events language by language")
    options = parser.parse_args(None if arguments is None else list(arguments))
    start, lines = time.process_time(), 0
    for name, measure, written in (
        (n, m, r) for r in (1, 2, 3, 4, 5) for n, m in (("events", events), ("framing", framing))
    ):
        rows = [row for row in own_voices(name) if row["round"] == written]
        if not rows:
            continue
        found = measure(rows)
        lines += len(rows)
        print(_line(f"round {written}, {name}", rows, found))
        for entry in found["wrong"] if options.show else ():
            print("   ", *entry, sep="\t")
        if options.languages and "languages" in found:
            for language, count in sorted(found["languages"].items()):
                print(f"    {language}: {count['right']} right, {count['missed']} missed, {count['extra']} extra")
    print(f"{(time.process_time() - start) / max(1, lines) * 1000:.1f} ms a line")


if __name__ == "__main__":
    main()
