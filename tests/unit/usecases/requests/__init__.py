"""Use cases of the group `requests`."""
