"""The audit trail as a file that can be verified without Redis: one JSON per line, or a table."""
