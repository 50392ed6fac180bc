"""Quotes as keyboards make them: what a line that is offered must not hold, for it ends there."""

import re
from typing import Final

DOUBLE: Final = '"“”„‟«»″＂❝❞〝〞〟'  # noqa: RUF001 - On purpose.
_DOUBLE: Final = re.compile(f"[{DOUBLE}]")


def inside_quotes(text: str) -> str:
    """Return text that stands between quotes and is read back whole, its own ones single."""
    return _DOUBLE.sub("'", text).replace("\\", "\\\\")
