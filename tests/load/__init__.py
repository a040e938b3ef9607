"""`python -m tests.load`: the running program under webhooks, watched by many; nothing is lost."""
