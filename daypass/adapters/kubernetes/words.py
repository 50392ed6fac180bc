"""What a cluster says, as much of it as is kept: anybody may write a megabyte into a name. Pure."""

from typing import Final

LONGEST: Final = 500
"""Characters; whatever we write ourselves, with the server's words around it, is shorter."""


def cut(text: str, longest: int = LONGEST) -> str:
    """Return at most so many characters of it; one that is cut ends in `…`."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
