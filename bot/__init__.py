"""Slack in: commands and clicks become use cases; holds no cluster credential."""
