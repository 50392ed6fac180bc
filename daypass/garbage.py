"""How often Python looks for garbage that goes round in circles, in a process that stays."""

import gc
from typing import Final

_YOUNG: Final = 10_000
"""New objects before it looks at them, where Python's own number is 700: a look at a cluster makes
millions, which all go by themselves, and looking at them took a fifth of its time."""
_OLDER: Final = 20
"""Looks at the young before it looks at what survived them, and so on; Python has 10."""


def collect_seldom() -> None:
    """Look seldom, and never at what was imported by now: it stays as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _OLDER, _OLDER)
