"""Questions that pages and commands ask of a history; each reads a bounded piece of it."""
