"""The walk of one check, from the door to the shelf, and of one discovery. Decides; never stores, never keeps time.

Floor 5: may import the rooms below it. What it learns goes back as a `CheckResult` for the store to commit. Read
`check` first, then `walk` for what makes a version, and `tasks` for what runs in a worker process. Nothing is imported
here: a worker that reads a hostile page loads `tasks` and no network or database with it.
"""
