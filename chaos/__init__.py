"""Kills everything, breaks every wire, and counts what outlives its lease: `make chaos`."""
