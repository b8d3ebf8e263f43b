"""Every attack and accident that we know, tried in one go: how many of each kind, and how many got through.

    python -m benchmarks.attacks [--jobs N]

The attacks are tests, so that none can be forgotten; this runs those of them that stand in the way of somebody or
something hostile, kind by kind as docs/security.md lists them, and prints a table.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

KINDS: dict[str, tuple[str, ...]] = {
    "private networks, odd addresses and schemes": ("fetcher/test_guard.py", "discovery/test_urls.py"),
    "hostile and broken servers": ("fetcher/test_attacks.py", "fetcher/test_head.py", "fetcher/test_inflate.py"),
    "cookies": ("fetcher/test_cookies.py",),
    "no network, dead hosts among living ones": ("fetcher/test_reachability.py", "pipeline/test_offline.py"),
    "feeds, sitemaps and sections": ("discovery/test_pages.py", "discovery/test_sitemaps.py"),
    "pages made to break the reader": ("extractor/test_hostile.py", "page/test_decode.py"),
    "walls, bot pages, emptied pages": ("page/test_walls.py", "page/test_belief.py"),
    "texts made to break the eye": ("render/test_safety.py", "cli/test_hostile.py", "end_to_end/test_hostile.py"),
    "settings": ("config/test_document.py", "config/test_values.py"),
    "secrets": ("model/test_secret_values.py", "end_to_end/test_secrets.py"),
    "tampering": ("cli/test_tampering.py", "store/test_integrity.py"),
    "damaged files": ("web/test_damage.py", "store/test_traps.py"),
    "backups and restoring": ("cli/test_backup.py", "cli/test_restore.py", "store/test_released.py"),
    "kills and crashes": ("store/test_crash.py",),
    "the lock, the control socket, closed disks": (
        *("store/test_opening.py", "scheduler/test_control.py", "cli/test_read_only.py"),
    ),
    "visitors": ("web/test_visitors.py", "web/test_access.py", "web/test_change.py"),
}


def tried(files: tuple[str, ...], jobs: int) -> Counter[str]:
    """How the tests of these files ended."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "pytest", "-q", "-n", str(jobs), f"--junitxml={report}"]
        subprocess.run([*words, *(f"tests/{file}" for file in files)], cwd=ROOT, check=False, capture_output=True)
        ended: Counter[str] = Counter()
        for case in ET.parse(report).iter("testcase"):
            kinds = {child.tag for child in case}
            ended["failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "held"] += 1
        return ended


def main() -> None:
    """Try all kinds and print the table; ends with 1 when one got through."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1)
    jobs = parser.parse_args().jobs
    sums: Counter[str] = Counter()
    print("| kind | tried | held | failed | skipped |\n|---|---|---|---|---|")
    for kind, files in KINDS.items():
        ended = tried(files, jobs)
        sums += ended
        print(_row(kind, ended), flush=True)
    print(_row("**all**", sums))
    sys.exit(1 if sums["failed"] else 0)


def _row(name: str, ended: Counter[str]) -> str:
    return f"| {name} | {ended.total()} | {ended['held']} | {ended['failed']} | {ended['skipped']} |"


if __name__ == "__main__":
    main()
