"""What a command prints where it may have to say no."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Goes to standard output either way; the exit status is 1 where it is not `good`."""

    text: str
    good: bool = True
