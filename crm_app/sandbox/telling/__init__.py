"""How the pretend OpenPhone tells of things: envelopes, odd shapes, the queue of its webhooks."""
