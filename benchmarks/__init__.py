"""`make bench`: how fast and how large the program is, beside a named baseline of the same run."""
