"""The history: SQLite through sqlite-utils. All SQL of tracker is in this room.

`Store` is the door; what it answers with is defined beside the module that does the work. `Writer` gives a store to
one thread and takes results from any. Floor 3: may import the stages of floor 2, never the pipeline or anything above.
"""

from tracker.store.articles import Address
from tracker.store.blame import Origin, Span
from tracker.store.captures import CaptureRow
from tracker.store.changes import ChangeFilter
from tracker.store.checks import CheckRun
from tracker.store.evidence import Evidence, Link
from tracker.store.integrity import Finding, Report
from tracker.store.library import Store
from tracker.store.lives import Life
from tracker.store.queue import Due
from tracker.store.search import Hit
from tracker.store.sources import Counts, Health
from tracker.store.statistics import Statistics
from tracker.store.upkeep import Backup, Pruned
from tracker.store.writer import Writer

__all__ = [
    "Address",
    "Backup",
    "CaptureRow",
    "ChangeFilter",
    "CheckRun",
    "Counts",
    "Due",
    "Evidence",
    "Finding",
    "Health",
    "Hit",
    "Life",
    "Link",
    "Origin",
    "Pruned",
    "Report",
    "Span",
    "Statistics",
    "Store",
    "Writer",
]
