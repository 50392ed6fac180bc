"""The Redis adapter without a Redis."""
