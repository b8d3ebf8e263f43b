"""One module for each outlet's look. Each has `article(page)`, `listing(page, title)` and `not_found(page, status)`."""
