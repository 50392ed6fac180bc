"""Attacks by whoever writes to Redis as one role."""
