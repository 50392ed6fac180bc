"""Use cases of the group `grants`."""
