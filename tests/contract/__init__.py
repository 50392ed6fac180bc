"""One law, every implementation of a port."""
