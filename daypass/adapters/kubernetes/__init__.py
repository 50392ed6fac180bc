"""Clusters over the Kubernetes API."""
