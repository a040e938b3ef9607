"""The inbox: the screens on conversations, and what they read."""
