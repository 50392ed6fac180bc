"""Chat and people over Slack's Web API."""
