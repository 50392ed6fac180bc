"""Use cases of the group `incident`."""
