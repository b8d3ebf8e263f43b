"""What was seen: sources, articles, versions, captures, changes, and the one transaction that records a check."""
