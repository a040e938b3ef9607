"""One example of each piece of the kit, which screenshots are taken of."""
