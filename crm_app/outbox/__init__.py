"""The outbox on its way out: what is claimed next, and what became of it."""
