"""The Slack emulator against Slack's own SDK and a real browser."""
