"""Adapters whose tests need nothing outside the process."""
