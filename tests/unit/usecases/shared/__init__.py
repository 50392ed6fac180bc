"""Use cases of the group `shared`."""
