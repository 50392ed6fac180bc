"""Real in-memory ports that pass the same contracts as the others."""
