"""Where pages are read: worker processes that can be killed."""
