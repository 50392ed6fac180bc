"""JSON as API servers send it: what nobody here reads is left out. Pure.

That is what is nested deeper than anything that we read, and `managedFields`: a megabyte of them
takes twenty as Python's objects.
Anybody who may write a binding or a Role may write 10,000 objects, one in the other, into its
`managedFields`; Python's parser gives up at its limit of recursion, and with it the whole list.
"""

import json
import re
from typing import Any, Final

_DEEPEST: Final = 32
"""What we read of a list is 6 deep."""
_STRING_OR_BRACKET: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', re.DOTALL)
_OPENING: Final = (b"{", b"[")
_CLOSING: Final = (b"}", b"]")


def decoded(text: bytes) -> Any:  # noqa: ANN401 - Whatever JSON holds.
    """Return what a text says; raises ValueError when it is no JSON."""
    try:
        return json.loads(text, object_hook=_lean)
    except RecursionError:
        return json.loads(_shallow(text), object_hook=_lean)


def _lean(found: dict[str, Any]) -> dict[str, Any]:
    """Drop it as soon as it is read, one object after another: never are two of them in memory."""
    found.pop("managedFields", None)
    return found


def _shallow(text: bytes) -> bytes:
    """Write `null` for whatever is nested too deep."""
    kept, depth, begin = list[bytes](), 0, 0
    for token in _STRING_OR_BRACKET.finditer(text):
        if token[0] in _OPENING:
            depth += 1
            if depth == _DEEPEST + 1:
                kept += text[begin : token.start()], b"null"
        elif token[0] in _CLOSING:
            if depth == _DEEPEST + 1:
                begin = token.end()
            depth -= 1
    return b"".join((*kept, text[begin:]))
