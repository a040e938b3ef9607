"""The inbox: the screens on conversations, what they read, and whose a thread is."""
