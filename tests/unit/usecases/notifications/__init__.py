"""Use cases of the group `notifications`."""
