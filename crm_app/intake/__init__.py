"""From a file to houses and contacts: read its rows, fold them in their order. Writes nothing."""
