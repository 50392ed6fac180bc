"""The ports that Redis serves."""
