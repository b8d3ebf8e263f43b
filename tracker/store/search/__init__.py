"""Full-text search: one document per article, its questions, and the proof that it is whole."""
