"""Calls of the pretend world: their life, and what each generation's events say of them."""
