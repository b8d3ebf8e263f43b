"""tracker: watches news sites and keeps the history of every article."""

__version__ = "0.2.0"
