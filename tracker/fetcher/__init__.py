"""The one door out: every request tracker makes goes through here.

It knows robots.txt, the lane of a host, limits and private addresses. A stage of floor 2: imports only
`tracker.config`, `tracker.model` and `tracker.errors`.
"""

from tracker.fetcher.client import Fetcher
from tracker.fetcher.lanes import Priority
from tracker.fetcher.reading import Limits

__all__ = ["Fetcher", "Limits", "Priority"]
