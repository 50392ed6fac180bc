"""Unit tests of the Slack emulator."""
