"""Who are you: users, roles, sessions and the guard in front of every event and route."""
