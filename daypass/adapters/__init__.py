"""The outside world behind the ports: library errors stop here."""
