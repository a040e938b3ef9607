"""Every delivery from outside, stored once before it is answered, applied once after."""
