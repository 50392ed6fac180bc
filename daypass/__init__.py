"""Daypass: just-in-time access to Kubernetes, asked for and approved in Slack."""
