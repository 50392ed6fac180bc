"""What a cluster says, as much of it as is kept: anybody may write a megabyte into a name. Pure."""

from typing import Final

from daypass.domain.lease import CUT

LONGEST: Final = 500
"""Characters; whatever we write ourselves, with the server's words around it, is shorter."""
_NAME: Final = 253
"""Characters; Kubernetes takes longer ones for bindings, and answers 431 to their addresses."""
_BEGINNING: Final = 80
"""Characters: enough to find it with kubectl."""
_NO_TEXT: Final = "\ufffd"
"""What JSON says for bytes that are no UTF-8; nothing is found at an address that has it."""


def cut(text: str, longest: int = LONGEST) -> str:
    """Return at most so many characters of it; one that is cut ends in `…`."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def kept_name(name: str) -> str:
    """Return a name, or the beginning of one that fits no address: too long, or no text."""
    return f"{name[:_BEGINNING]}{CUT}" if len(name) > _NAME or _NO_TEXT in name else name
