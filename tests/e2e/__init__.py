"""The page in a real browser, down to kubectl."""
