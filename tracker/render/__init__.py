"""Changes, versions and articles made visible: terminal, HTML, plain text, JSON, patch, card.

The one door to the eye: every string that came from a page is hostile until it has passed through here.
Floor 3: may import the stages of floor 2.

`safety` makes text harmless, `proof` lays a change out once for every face, and `terminal`, `plain`, `unified`,
`json_`, `html` and `card` are the faces. Only `clean` and `clean_lines` are needed outside of them.
"""

from tracker.render.safety import clean, clean_lines

__all__ = ["clean", "clean_lines"]
