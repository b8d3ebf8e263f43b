"""What an answer says, and whether to believe it: charset, walls, whether it is an article at all.

A pure stage of floor 2: bytes in, dataclasses out; no network, no clock, no parser that builds a tree. It runs in the
processes that read hostile pages and imports nothing of ours but `tracker.model`, `tracker.errors` and
`tracker.markup`. Read `read` first (from an answer to its text), then `belief` (from a text to whether it is believed).
"""
