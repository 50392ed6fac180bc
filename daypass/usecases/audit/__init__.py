"""What happened: sealed, kept as long as it must be, and told."""
