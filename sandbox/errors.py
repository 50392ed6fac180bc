"""What can go wrong in the sandbox, in words for the person who started it."""


class SandboxError(Exception):
    """Something the sandbox needs is missing or did not start; the text says what to do."""
