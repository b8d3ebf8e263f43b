"""Accuracy and cost of the first look, beside other libraries in the same run.

    python -m benchmarks.extraction [--only tracker] [--differences] [--apart]

Scores as ../shared/bench/extraction.py does, on the pages it names. `--differences` explains every headline that is
not the gold's; `--apart` scores a tenth of the publishers, chosen by hash, against the others. Needs the dependency
group `bench` for the comparison.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from benchmarks.extraction_adapters import ALL, SHARED  # puts ../shared/bench on the path

assert SHARED.is_dir(), "the shared corpus is not beside this checkout"
import corpus  # noqa: E402
from metrics import match, page_f1, prf  # noqa: E402

import tracker.extractor  # noqa: E402


def fold(text: object) -> str:
    """Letters and digits of a text, as the shared script compares them."""
    import re
    import unicodedata

    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", str(text or "")).casefold()).strip()


def names(authors: Any) -> set[str]:
    """Author names as the shared script compares them."""
    import re

    if isinstance(authors, str):
        authors = re.split(r",|;|\band\b|\bund\b|\bet\b", authors)
    return {fold(a) for a in authors or [] if fold(a)}


def apart(page: dict[str, Any]) -> bool:
    """True for the tenth of the publishers that is kept aside."""
    publisher = page.get("publisher") or urlsplit(page["url"]).hostname or ""
    return hashlib.sha256(publisher.encode()).digest()[0] % 10 == 0


def score(extract: Callable[..., dict[str, Any]], pages: Iterable[dict[str, Any]], news: bool) -> dict[str, float]:
    """Means over pages: F1, exact, headline, authors, date, CPU ms."""
    rows, cpu = [], []
    fields: dict[str, list[bool]] = {"headline": [], "authors": [], "date": []}
    for page in pages:
        start = time.process_time()
        try:
            result = extract(page["html"], page["url"], page.get("lang"))
        except Exception:  # a crash is a score, not the end of the run
            result = {"body": ""}
        cpu.append((time.process_time() - start) * 1000)
        body = result.get("body") or ""
        row = match(page["body"], body, cjk=news)
        if news:
            core = match(page["body_core"], body, cjk=True)
            row = row if page_f1(row) >= page_f1(core) else core
            fields["headline"].append(fold(result.get("title")) == fold(page["title"]))
            if page["authors"]:
                fields["authors"].append(names(result.get("authors")) == names(page["authors"]))
            if page["date"]:
                fields["date"].append(str(result.get("date") or "")[:10] == page["date"][:10])
        rows.append(row)
    out = {"pages": float(len(rows)), "F1": prf(rows)["f1"]}
    out["exact"] = statistics.mean(r[1] == r[2] == 0 for r in rows)
    out["under .7"] = sum(page_f1(r) < 0.7 for r in rows)
    out |= {name: statistics.mean(values) for name, values in fields.items() if values}
    out["CPU ms"] = statistics.mean(cpu)
    return out


def installed(extract: Callable[..., dict[str, Any]]) -> bool:
    """Whether the library behind an extractor is there; whatever else goes wrong in it is a score."""
    try:
        extract("<p>One.</p>", "https://paper.example/1")
    except ImportError:
        return False
    except Exception:
        return True
    return True


def show(name: str, values: dict[str, float]) -> None:
    """One row of the table."""
    cells = [
        f"{key} {value:.0f}" if key in ("pages", "under .7") else f"{key} {value:.3f}" for key, value in values.items()
    ]
    print(f"{name:32s} " + "  ".join(cells))


def differences(pages: Iterable[dict[str, Any]]) -> None:
    """Every headline that is not the gold's, and where on the page the gold's stands."""
    for page in pages:
        found = tracker.extractor.extract(page["html"], page["url"])
        if fold(found.headline) != fold(page["title"]):
            places = [place for place, text in found.headlines.items() if fold(text) == fold(page["title"])]
            print(f"| {page['publisher']} | {' and '.join(places) or 'nowhere alone'} | {'h1' in found.headlines} |")


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="one extractor")
    parser.add_argument("--differences", action="store_true")
    parser.add_argument("--apart", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    sets = {"news": list(corpus.news()), "articles": list(corpus.articles())}
    if args.differences:
        differences(sets["news"])
        return
    for kind, pages in sets.items():
        if args.apart:
            for part, aside in (("kept apart", True), ("the others", False)):
                show(f"{kind} {part}", score(ALL["tracker"], [p for p in pages if apart(p) == aside], kind == "news"))
            continue
        for name, extract in ALL.items():
            if args.only not in (None, name):
                continue
            if installed(extract):
                show(f"{kind} {name}", score(extract, pages, kind == "news"))
            else:
                print(f"{kind} {name}: not installed; it is in the dependency group `bench`")


if __name__ == "__main__":
    main()
