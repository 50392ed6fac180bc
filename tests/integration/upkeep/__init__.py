"""What an administrator keeps for us on a real cluster, and what the terminal says of it."""
