"""What Slack is told, without Slack."""
