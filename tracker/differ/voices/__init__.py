"""Who speaks in a version, by rules over one paragraph at a time, and what became of the speakers in the next version.

`find` is the door for one content, `compare` for two. `spaced` reads languages that write words apart and names with a
capital, `plain` the others, with the lists of `data/voices.toml` and `data/voices_plain.toml`. Pure; nothing of it is
sure: about one speaker in ten is read wrongly, so what is shown always has the text beside it.
"""
