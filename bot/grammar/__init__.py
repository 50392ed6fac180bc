"""What people type after the slash command: read, corrected and written."""
