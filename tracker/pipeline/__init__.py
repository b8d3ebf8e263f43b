"""The walk of one check, from the door to the shelf, and of one discovery. Decides; never stores, never keeps time.

Floor 5: may import the rooms below it. What it learns goes back as a `CheckResult` for the store to commit. Read
`check` first, then `doubt` for what is believed only after a second look.
"""

from tracker.pipeline.check import check, failed
from tracker.pipeline.discover import Discovery, discover
from tracker.pipeline.verdict import Policy

__all__ = ["Discovery", "Policy", "check", "discover", "failed"]
