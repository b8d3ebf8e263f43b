"""Which part of a page is the story's text: its box by what the page says of it, and what inside that box is none."""
