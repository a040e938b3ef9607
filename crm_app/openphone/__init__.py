"""OpenPhone (Quo): the client, its webhooks, and the sender that empties the outbox."""
