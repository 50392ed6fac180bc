"""Whoever watches a cluster, while what lies between them does its worst."""
