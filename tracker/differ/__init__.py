"""Two contents in, one `Change` out. Pure: no I/O, no clock, no randomness.

A stage of floor 2: imports only `tracker.config`, `tracker.model` and `tracker.errors`.

    tokens, folding, sentences      text to tokens and sentences without loss; what counts as the same
    matching/, operations           which sentence became which, and what changed inside them
    words/, numbers/                words by what they mean, numbers by what they are worth
    traits, classify, notices, noise    what kind of change that is, and why we say so
    change, summary, apply          the whole, in one line, and forward again
"""

from tracker.differ.apply import apply
from tracker.differ.change import DIFFER, diff

__all__ = ["DIFFER", "apply", "diff"]
