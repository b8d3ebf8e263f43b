"""Stability: known edits must be seen, changed furniture must not, on real pages changed in known ways.

    python -m benchmarks.mutations [ADAPTER …] [--limit N] [--verbose]

Runs ../shared/bench/mutations.py. Adapters are names in `extraction_adapters`; the default is the stateful form,
tracker_second.
"""

from __future__ import annotations

import sys

from benchmarks.extraction_adapters import ALL, shared


def main() -> None:
    """Hand the command line on to the shared script."""
    names = [a for a in sys.argv[1:] if a in (*ALL, "tracker_second")] or ["tracker_second"]
    options = [a for a in sys.argv[1:] if a not in names]
    sys.argv = [
        "mutations.py",
        *(f"benchmarks.extraction_adapters:{ALL[name].__name__ if name in ALL else name}" for name in names),
        *options,
    ]
    shared("mutations").main()


if __name__ == "__main__":
    main()
