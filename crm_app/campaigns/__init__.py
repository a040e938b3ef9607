"""Campaigns: a list, a text, and where each recipient stands."""
