"""The bot over `app.dispatch`, with everything behind it in memory."""
