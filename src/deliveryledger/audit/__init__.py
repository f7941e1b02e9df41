"""Proof that history was not changed: a Merkle log over the stored bytes, checkpoints, proofs."""
