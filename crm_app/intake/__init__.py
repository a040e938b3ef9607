"""From a file to houses and contacts: read, fold row by row, write in sets. Knows no import."""
