"""Attack-a-Crack CRM: the program a foundation-repair firm runs on."""
