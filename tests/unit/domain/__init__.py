"""The domain: values and rules."""
