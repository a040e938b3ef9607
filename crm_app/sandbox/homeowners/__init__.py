"""The invented homeowners of the pretend world, and the strings that move them."""
