"""Outreach: the screens on campaigns, and what they read."""
