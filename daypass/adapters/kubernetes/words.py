"""What a cluster says, as much of it as is kept: anybody may write a megabyte into a name. Pure."""

import hashlib
from typing import Final

from daypass.domain.lease import CUT

LONGEST: Final = 500
"""Characters; whatever we write ourselves, with the server's words around it, is shorter."""
_NAME: Final = 253
"""Characters; Kubernetes takes longer ones for bindings, and answers 431 to their addresses."""
_BEGINNING: Final = 80
"""Characters: enough to find it with kubectl."""
ODD: Final = "%"
"""Stands in what is kept instead of a name that fits no address: no name may have it."""
_BYTES: Final = 20
"""Of a digest, as of what roles mean."""
_NO_TEXT: Final = "\ufffd"
"""What JSON says for bytes that are no UTF-8; nothing is found at an address that has it."""


def cut(text: str, longest: int = LONGEST) -> str:
    """Return at most so many characters of it; one that is cut ends in `…`."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return as much of somebody's words in one line: lines of their own could read like ours."""
    return cut(" ".join(text.split()), longest)


def kept_name(name: str) -> str:
    """Return a name, or the beginning of one that fits no address: too long, or no text."""
    return f"{name[:_BEGINNING]}{CUT}" if len(name) > _NAME or _NO_TEXT in name else name


def distinct_name(name: str) -> str:
    """Return a name, or of one that fits no address its beginning and a digest of the whole.

    So a binding finds its role, and of two that begin alike neither passes for the other.
    """
    kept = kept_name(name)
    if kept == name:
        return name
    digest = hashlib.blake2b(name.encode(errors="replace"), digest_size=_BYTES).hexdigest()
    return f"{kept}{ODD}{digest}"
