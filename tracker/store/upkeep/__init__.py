"""Upkeep: letting go of what need not be kept, copies, rebuilding, and taking an article out for good."""
