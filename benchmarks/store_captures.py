"""What a following capture takes: real pages with planted edits or rotated furniture, against a copy of its own.

python -m benchmarks.store_captures [--limit 40] [--bench ../shared/bench]
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from pathlib import Path
from statistics import median

from tracker.store.history.captures import compress, decompress


def main() -> int:
    """Run it and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=40, help="pages of the corpus")
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    given = parser.parse_args()
    sys.path.insert(0, str(given.bench))
    planted = importlib.import_module("planted")
    shares, alone, following, plain = [], 0, 0, 0
    packing = unpacking = 0.0
    for page in planted.plant(given.limit, 1):
        before, after = page.before.encode(), page.after.encode()
        if before == after:
            continue
        single = len(compress(after, None))
        began = time.thread_time()
        frame = compress(after, before)
        packing += time.thread_time() - began
        began = time.thread_time()
        back = decompress(frame, before, len(after))
        unpacking += time.thread_time() - began
        if back != after:
            raise AssertionError(f"{page.url} did not come back")
        shares.append(len(frame) / single)
        alone, following, plain = alone + single, following + len(frame), plain + len(after)
    count = len(shares)
    figures = {
        "pairs": count,
        "page_kB": round(plain / count / 1000, 1),
        "alone_kB": round(alone / count / 1000, 2),
        "following_kB": round(following / count / 1000, 2),
        "following_of_alone_percent": round(100 * following / alone, 2),
        "median_percent": round(100 * median(shares), 2),
        "worst_percent": round(100 * max(shares), 1),
        "pack_ms": round(packing / count * 1000, 2),
        "unpack_ms": round(unpacking / count * 1000, 2),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
