"""People, campaigns, texts and a provider, moved in any order: what must hold after each step."""
