"""What a command prints where it may have to say no."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Goes to standard output either way; the exit status is 1 where it is not `good`.

    `blind`: 2, for nothing is known to be wrong, and not everything could be looked at.
    """

    text: str
    good: bool = True
    blind: bool = False


def plain(line: str) -> str:
    """Keep a terminal from obeying what somebody wrote, and that from being lines of its own."""
    if line.isprintable():
        return line
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line
    )
