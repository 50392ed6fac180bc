"""Splits what a person typed after a slash command; forgives what keyboards and Slack do to it.

Own code because shell rules do not fit chat: quotes and dashes arrive curly, an apostrophe opens
nothing inside a word, an unbalanced quote runs to the end. It must never raise.
"""

import re
from dataclasses import dataclass
from typing import Final

from daypass.domain.quotes import DOUBLE
from daypass.domain.unseen import unseen

# What keyboards make of plain single quotes and of two hyphens.
_SINGLE: Final = "'‘’‚‛′＇"  # noqa: RUF001 - On purpose.
DASHES: Final = "-‐‑‒–—―−－⸺⸻﹘﹣"  # noqa: RUF001 - On purpose.
_EQUALS: Final = "=＝﹦"  # noqa: RUF001 - On purpose.
COMMAS: Final = ",，、;；"  # noqa: RUF001 - On purpose.
_CHANGING: Final = "\u200c\u200d\ufe0e\ufe0f"
"""Joiners and presentation selectors: they change what stands beside them, and are kept."""

_LINK: Final = re.compile(r"<(https?://|mailto:)([^<>|\s]+)(?:\|([^<>]*))?>")
_ENTITY: Final = re.compile("&(amp|lt|gt);")
_MEANT: Final = {"amp": "&", "lt": "<", "gt": ">"}
_QUOTED: Final = (
    rf"(?:[{DOUBLE}](?P<double{{0}}>(?:\\[{DOUBLE}\\]|[^{DOUBLE}\\]|\\)*?)(?:[{DOUBLE}]|\Z)"
    rf"|[{_SINGLE}](?P<single{{0}}>.*?)(?:[{_SINGLE}](?=[\s{COMMAS}]|\Z)|\Z))"
)
_NAME: Final = rf"[^\W\d_](?:\w|[{DASHES}])*"
_TOKEN: Final = re.compile(
    # A flag, its value after “=” (with spaces around it or not) or after “:”.
    rf"(?P<dashes>[{DASHES}]+)(?P<flag>{_NAME})"
    rf"(?:(?:\s*[{_EQUALS}]|[:：])"  # noqa: RUF001 - On purpose.
    rf"(?:\s*{_QUOTED.format(1)}|(?P<bare>\S+)|\s+(?![{DASHES}]+[^\W\d_])(?P<spaced>\S+)|)"
    rf"|(?=\s|\Z))"
    # The same without its dashes; a value must follow.
    rf"|(?P<undashed>{_NAME})[{_EQUALS}](?:{_QUOTED.format(2)}|(?P<value>\S+))"
    rf"|{_QUOTED.format(3)}"
    rf"|[{COMMAS}]+(?=[{DOUBLE}{_SINGLE}])"
    r"|\S+"
)
_ESCAPED: Final = re.compile(rf"\\([{DOUBLE}\\])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word, or one quoted run of words.

    `raw` is as written. `flag` is the name of a flag without dashes, as written, where one stands;
    then `text` is what follows its `=`. Without dashes in `raw` it may be no flag: `env=prod`.
    """

    text: str
    raw: str
    quoted: bool = False
    flag: str = ""
    dashed: bool = False


def tokenize(text: str) -> tuple[Token, ...]:
    """Split `text` as Slack delivers it, entities and links still in it."""
    return split_up(tidy(unescape(text)))


def split_up(typed: str) -> tuple[Token, ...]:
    """Split what `tidy` and `unescape` left of it."""
    return tuple(_token(found) for found in _TOKEN.finditer(typed))


def quote(text: str) -> str:
    """Write `text` so that `tokenize` reads it back as one token."""
    written = re.sub(rf"([{DOUBLE}\\])", r"\\\1", text)
    return f'"{written}"'


def unescape(text: str) -> str:
    """Undo Slack's writing once: links that it made become what was typed, mentions stay."""
    return _ENTITY.sub(lambda found: _MEANT[found[1]], _LINK.sub(_typed, text))


def tidy(text: str) -> str:
    """Make every kind of space one space, and drop characters that cannot be seen."""
    return "".join(" " if char.isspace() else char for char in text if _shown(char)).strip()


def _typed(link: re.Match[str]) -> str:
    scheme, address, label = link[1], link[2], link[3] or ""
    return label if scheme == "mailto:" or address.rstrip("/") == label else scheme + address


def _shown(char: str) -> bool:
    """Whether a reader sees it; direction marks could make a card read as something else."""
    return char.isspace() or char in _CHANGING or not unseen(char)


def _token(found: re.Match[str]) -> Token:
    flag = re.sub(f"[{DASHES}]", "-", found["flag"] or found["undashed"] or "")
    bare = found["bare"] or found["spaced"] or found["value"] or ""
    quoted = _unquoted(found)
    text = quoted if quoted is not None else bare if flag else found[0]
    return Token(
        text=text,
        raw=found[0],
        quoted=quoted is not None,
        flag=flag,
        dashed=found["dashes"] is not None,
    )


def _unquoted(found: re.Match[str]) -> str | None:
    for number in "123":
        double, single = found[f"double{number}"], found[f"single{number}"]
        if double is not None:
            return _ESCAPED.sub(r"\1", double)
        if single is not None:
            return single
    return None
