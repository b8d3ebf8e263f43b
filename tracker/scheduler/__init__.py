"""When to look, and the process that does: revisit policy, daemon, workers.

Floor 6: may import everything below it, never `tracker.cli` or `tracker.web`.
"""
