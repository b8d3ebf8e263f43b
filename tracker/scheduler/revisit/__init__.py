"""When to look at an article again: the policy, pure. `next_check` is its door."""

from tracker.scheduler.revisit.policy import NextCheck, next_check

__all__ = ["NextCheck", "next_check"]
