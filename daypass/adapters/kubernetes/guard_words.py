"""How things are written in CEL, the language of admission policies. Pure."""

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from string import ascii_lowercase, digits
from typing import Final

_OF_A_NAME: Final = f"{ascii_lowercase}{digits}-"
"""The characters of a namespace's name; `-` last, where a class takes it as itself."""
_TWO_BYTES: Final = "\uffff"
_PARTS: Final = re.compile(r"\[!?+\]?+[^\]]*+\]|.")


def text(value: str) -> str:
    """Write a string; in single quotes, which YAML leaves as they are."""
    inside = "".join(map(_character, value)).replace("'", r"\'")
    return f"'{inside}'"


def _character(one: str) -> str:
    """Write a character as JSON does; CEL takes no pair of surrogates for one beyond 16 bits."""
    return f"\\U{ord(one):08x}" if one > _TWO_BYTES else json.dumps(one)[1:-1]


def texts(values: Iterable[str]) -> str:
    """Write a list of strings."""
    return f"[{', '.join(map(text, values))}]"


def any_of(*conditions: str) -> str:
    """Write that one of them holds, one a line."""
    return " ||\n".join(conditions)


def all_of(*conditions: str) -> str:
    """Write that all of them hold, one a line."""
    return " &&\n".join(conditions)


def label(one: str, name: str) -> str:
    """Write a label of an object, empty where it has none."""
    return f"{one}.metadata.?labels[?{text(name)}].orValue('')"


def annotation(one: str, name: str) -> str:
    """Write an annotation of an object, empty where it has none."""
    return f"{one}.metadata.?annotations[?{text(name)}].orValue('')"


def pattern(glob: str) -> str:
    """Write a namespace's glob as a regular expression that RE2 and Python read alike."""
    return f"^{''.join(map(_part, _PARTS.findall(glob)))}$"


def _part(part: str) -> str:
    if part == "*":
        return ".*"
    if part in _OF_A_NAME:
        return part
    fitting = "".join(one for one in _OF_A_NAME if fnmatchcase(one, part))
    return f"[{fitting}]" if fitting else f"[^{_OF_A_NAME}]"
