"""People, their numbers and houses, and lists of them."""
