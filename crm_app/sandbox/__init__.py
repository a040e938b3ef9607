"""A pretend outside world over real HTTP, demo data, and the clock that can be moved."""
