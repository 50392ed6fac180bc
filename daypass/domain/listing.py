"""Some of many names in one sentence: what is left out is counted, or it reads as not there."""

from collections.abc import Sequence


def few(names: Sequence[str], most: int) -> str:
    """Name the first `most`, and say how many others there are."""
    return ", ".join(names[:most]) + and_more(len(names) - most)


def and_more(left: int, of: str = "") -> str:
    """Say how many are left out; nothing where none is."""
    return f" and {left:,} more{f' {of}' if of else ''}" if left > 0 else ""
