"""The store and the clock on Redis."""
