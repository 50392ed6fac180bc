"""Laws over generated inputs and lifecycles."""
