"""What every pretend provider stands on: memory, chance, faults, clock, webhooks, HTTP."""
