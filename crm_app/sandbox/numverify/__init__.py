"""A pretend NumVerify."""
