"""The flight test: thousands of events, many lost on the way; in the end nothing is missing."""
