"""Workers over memory."""
