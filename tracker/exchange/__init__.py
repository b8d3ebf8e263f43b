"""In and out: the history in the forms that researchers and archivists open, and theirs as captures of ours.

What writes a form takes rows or versions and a file; what reads one gives captures with the name of who received them.
Nothing here decides what makes a version: `tracker.pipeline.merge` does.
"""
