"""Our pages: one module for each address a reader can open."""
