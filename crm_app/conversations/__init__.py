"""Threads, messages and the outbox."""
