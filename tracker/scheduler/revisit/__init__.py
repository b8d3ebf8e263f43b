"""When to look at an article again: the policy, pure. `next_check` is its door."""

from tracker.scheduler.revisit.policy import Look, next_check

__all__ = ["Look", "next_check"]
