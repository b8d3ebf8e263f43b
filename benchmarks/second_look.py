"""Processor time of the second look: where no block of the article changed, and where one did.

    python -m benchmarks.second_look [--limit N]

Every news page of ../shared/corpus is read once, changed in one way (see ../shared/bench/mutations.py) and read again
with what the first reading remembered; the quickest of three readings counts. Parsing the page alone is the floor.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import lxml.etree as etree

from benchmarks import extraction_adapters
from tracker.extractor import extract

corpus, script = extraction_adapters.shared("corpus"), extraction_adapters.shared("mutations")

KINDS = {
    "nothing but nonces": ("nonces",),
    "furniture": ("rot_related_box", "rot_mostread", "rot_cards", "rot_ago_p", "ins_newsletter_in", "ins_cookie"),
    "an edit": ("word", "number", "addsent", "addpara", "delpara"),
}


def changed(context: Any, page: dict[str, Any], name: str, donors: Any) -> str | None:
    """The page with one change of the shared script, or None where the page has no place for it."""
    tree, mapping = script.copy_tree(context)
    rng = random.Random(page["id"] + name)
    try:
        if name in script.FURN:
            done = script.FURN[name][0](context, tree, mapping, rng, donors, 1)
        else:
            done = script.EDITS[name](context, tree, mapping, rng, donors)
    except (IndexError, ValueError):
        return None
    return script.ser(tree) if done else None


def quickest(work: Callable[..., Any], *arguments: Any, **options: Any) -> float:
    """Milliseconds of processor time that a call takes, the least of three."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work(*arguments, **options)
        times.append((time.process_time() - start) * 1000)
    return min(times)


def parse(html: str) -> None:
    """What every reading begins with."""
    etree.fromstring(html.encode(), etree.HTMLParser(huge_tree=True))


def main() -> None:
    """Run and print one row per kind of change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=0)
    pages = list(corpus.news())
    donors = script.build_donors(pages)
    rows: dict[str, list[float]] = {"parsing alone": [], "a first look": [], **{kind: [] for kind in KINDS}}
    for page in pages[: parser.parse_args().limit or None]:
        context = script.prep(page)
        if context is None:
            continue
        html, url = script.ser(context.tree), page["url"]
        first = extract(html, url)
        rows["parsing alone"].append(quickest(parse, html))
        rows["a first look"].append(quickest(extract, html, url))
        for kind, names in KINDS.items():
            again = changed(context, page, random.Random(page["id"]).choice(names), donors)
            if again:
                rows[kind].append(quickest(extract, again, url, previous=first))
    for kind, times in rows.items():
        mean, middle = statistics.mean(times), statistics.median(times)
        print(f"{kind:20s} n {len(times):4d}  mean {mean:5.1f}  median {middle:5.1f}  worst {max(times):6.1f}")


if __name__ == "__main__":
    main()
