"""Whether the right story is read where it is short, and whether confidence tells when it is not.

    python -m benchmarks.short_stories [--keep 1]

Every news page of ../shared/corpus keeps the first paragraphs of its story and all that stands around it: teasers, next
stories, dialogs. Scored are the words that were read, how often nothing of the story was among them, and both by
confidence. JSON-LD `articleBody`, which would tell the cut text, is emptied.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections import defaultdict
from typing import Any

from benchmarks import extraction_adapters
from tracker.errors import TrackerError
from tracker.extractor import extract

corpus, script = extraction_adapters.shared("corpus"), extraction_adapters.shared("mutations")
metrics = extraction_adapters.shared("metrics")

_STATED = re.compile(r'"articleBody"\s*:\s*"(?:[^"\\]|\\.)*"')
_BEGINNING = 30  # characters by which a paragraph is found again


def shortened(page: dict[str, Any], keep: int) -> tuple[str, list[str]] | None:
    """The page with the story's first paragraphs alone, and their texts; None when the story is no longer than that."""
    context = script.prep(page)
    if context is None or len(context.paras) < keep + 2:
        return None
    tree, mapping = script.copy_tree(context)
    wanted = [script.vis_text(mapping[element]).strip() for element, *_ in context.paras[:keep]]
    for element, *_ in context.paras[keep:]:
        copy = mapping[element]
        if copy.getparent() is not None:
            copy.drop_tree()
    return _STATED.sub('"articleBody":""', script.ser(tree)), wanted


def main() -> None:
    """Run and print one row for all, and one for each confidence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=int, default=1, help="paragraphs that stay")
    args = parser.parse_args()
    scores: list[float] = []
    missed: dict[float, list[bool]] = defaultdict(list)
    for page in corpus.news():
        if (made := shortened(page, args.keep)) is None:
            continue
        html, wanted = made
        try:
            content = extract(html, page["url"])
        except TrackerError:
            scores.append(0.0)
            missed[0.0].append(True)
            continue
        golds = ("\n".join(wanted), "\n".join(page["summary"] + wanted))
        scores.append(max(metrics.page_f1(metrics.match(gold, content.text, cjk=True)) for gold in golds))
        missed[content.confidence].append(not any(text[:_BEGINNING] in content.text for text in wanted))
    wrong = sum(map(sum, missed.values()))
    print(f"pages {len(scores)}  F1 {statistics.mean(scores):.3f}  another story {wrong}")
    for confidence, rows in sorted(missed.items()):
        print(f"confidence {confidence:4.2f}  pages {len(rows):3d}  another story {sum(rows)}")


if __name__ == "__main__":
    main()
