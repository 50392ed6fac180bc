"""Use cases of the group `audit`."""
