"""The process that does the work: the daemon, one pass without it, and what is asked of them."""
