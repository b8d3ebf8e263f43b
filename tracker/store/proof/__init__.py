"""Proof: the hash chain, checkpoints, evidence, and the check that the history is what was written."""
