"""A small fictional news site that edits its articles: the demo, and the world of the tests.

Three papers on loopback (`outlets`), each with a look of its own (`templates`), the same stories on every machine
(`articles/*.md`), and a script of what happens to them (`edits.yaml`). Start at `Newsroom`.

Floor 7: nothing but `tracker.cli` and the tests may import it.
"""

from tracker.newsroom.faults import Fault
from tracker.newsroom.newsroom import LoggedRequest, Newsroom
from tracker.newsroom.script import PlannedEdit, Planted
from tracker.newsroom.story import Story
from tracker.newsroom.thread import serve_in_thread

__all__ = ["Fault", "LoggedRequest", "Newsroom", "PlannedEdit", "Planted", "Story", "serve_in_thread"]
