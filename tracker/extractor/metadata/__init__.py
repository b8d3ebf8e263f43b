"""What stands around the text of an article: its headline, its authors, its dates."""
