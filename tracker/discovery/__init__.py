"""Where articles come from: feeds, sitemaps, section pages. Bytes in, `Found` out; it never fetches.

A stage of floor 2: imports only `tracker.config`, `tracker.model` and `tracker.errors`.
"""
