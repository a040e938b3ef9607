"""Threads, messages and the outbox; whose a thread is."""
