"""Words as words: forms of one word, opposites, and what small words do to a statement."""
