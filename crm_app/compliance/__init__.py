"""What may be sent to whom: suppression, attestations, opt-out words and the gate."""
