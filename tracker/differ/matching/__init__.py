"""Which sentence became which, and which words of it changed."""
