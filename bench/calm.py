"""Waits until the grants workers have caught up with what was made while they were held."""

from typing import Final

from bench.usage import cpu_shares
from sandbox.stack import Stack

_WINDOW: Final = 5.0
"""Seconds in which it is seen whether they are at anything."""
_CALM: Final = 0.1
"""Of a processor; idling takes a tenth of that."""
_WINDOWS: Final = 36
"""In three minutes they have, or never will: then that is what is measured."""


def until_calm(stack: Stack) -> None:
    """Return when none of them does anything, or after three minutes."""
    for _ in range(_WINDOWS):
        shares = cpu_shares(stack, _WINDOW)
        if all(share < _CALM for name, share in shares.items() if name.startswith("grants")):
            return
