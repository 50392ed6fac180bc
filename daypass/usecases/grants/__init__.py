"""What the grants worker does on a cluster. The bot calls none of it."""
