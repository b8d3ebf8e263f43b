"""What is still to be done: articles that are due, sources that are paused, people who are still to be told."""
