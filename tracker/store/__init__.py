"""The history: SQLite through sqlite-utils. All SQL of tracker is in this room.

`Store` is the door; what it answers with is defined beside the module that does the work. `Writer` gives a store to
one thread and takes results from any. Floor 3: may import the stages of floor 2, never the pipeline or anything above.
"""

from tracker.store.history.articles import Address
from tracker.store.history.captures import CaptureRow
from tracker.store.history.checks import CheckRun
from tracker.store.history.sources import Counts, Health
from tracker.store.proof.evidence import ChangeEvidence, Link
from tracker.store.proof.integrity import Finding, Report
from tracker.store.questions.blame import Origin, VersionSpan
from tracker.store.questions.edit_spans import EditHistory
from tracker.store.questions.statistics import Statistics
from tracker.store.queue.queue import Due
from tracker.store.search.search import Hit
from tracker.store.store import Store
from tracker.store.upkeep.backup import Backup
from tracker.store.upkeep.prune import Pruned
from tracker.store.writer import Writer

__all__ = [
    "Address",
    "Backup",
    "CaptureRow",
    "ChangeEvidence",
    "CheckRun",
    "Counts",
    "Due",
    "EditHistory",
    "Finding",
    "Health",
    "Hit",
    "Link",
    "Origin",
    "Pruned",
    "Report",
    "Statistics",
    "Store",
    "VersionSpan",
    "Writer",
]
