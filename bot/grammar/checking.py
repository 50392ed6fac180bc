"""Reads `whoami --check CLUSTER` with what `kubectl auth whoami` printed, pasted behind it.

A table, `-o yaml`, `-o json` or the name alone; also Kubernetes' own words for a no, which name the
user where kubectl is older. What was copied is read as it is, but for what chats do to quotes:
letters that nobody sees are what may differ.
"""

import json
import re
from dataclasses import replace
from typing import Final

from bot.grammar.forbidden import heard
from bot.grammar.line import Flag, Line, Verb
from bot.grammar.tokenizer import COMMAS, DASHES, tidy
from daypass.domain.quotes import DOUBLE

MOST: Final = 500
"""Characters of a username: an ARN of 150 before the longest email, and some."""
_SHOWN: Final = 80
"""Characters of a name that are repeated in a sentence about it."""
_CHECK: Final = re.compile(
    rf"\s*{Verb.WHOAMI}\s+(?:(?P<before>[^{DASHES}\s]\S*)\s+)?[{DASHES}]+check(?:\s*=\s*|\s+|\Z)"
    rf"(?P<pasted>.*)",
    re.IGNORECASE | re.DOTALL,
)
_FIRST: Final = re.compile(r"\s*(\"[^\"]*\"|\S+)(.*)", re.DOTALL)
_STARTS: Final = frozenset({"attribute", "username", "error", "user"})
_KEYS: Final = re.compile(
    r"[{\[]|(apiVersion|kind|metadata|status|userInfo|username):", re.IGNORECASE
)
_QUOTES: Final = re.compile(f"[{DOUBLE}]")
_QUOTED: Final = r'"((?:[^"\\]|\\.)*)"'
_JSON: Final = re.compile(rf'"username"\s*:\s*{_QUOTED}')
_YAML: Final = re.compile(rf"\busername:[^\S\r\n]+(?:{_QUOTED}|'((?:[^']|'')*)'|([^\r\n]+))")
_SPACES: Final = re.compile(r"[^\S\r\n]+")
_TABLE: Final = re.compile(
    r"(?:^|\s)Username[^\S\r\n]+([^\r\n]+?)(?=\s+(?:UID|Groups|Extra:)\s|\s*$|\s*[\r\n])"
)


def checking(raw: str) -> tuple[Line, str] | None:
    """Return what is to be compared, and what is wrong with what was pasted; empty for nothing.

    None for any other line.
    """
    found = _CHECK.match(_QUOTES.sub('"', raw.replace("```", " ")))
    if found is None:
        return None
    cluster, pasted = found["before"] or "", found["pasted"]
    if not cluster:
        cluster, pasted = _split(pasted)
    line = Line(verb=Verb.WHOAMI, checks=True, cluster=cluster.strip(f'"`{COMMAS}:'))
    if not (pasted := pasted.strip(" \t\r\n`")):
        return line, ""
    names = tuple(dict.fromkeys(_names(pasted)))
    problem = _problem(names)
    return (line if problem else replace(line, heard_of=names[0])), problem


def _split(pasted: str) -> tuple[str, str]:
    """Take a cluster's name from what was pasted behind it, where one stands there."""
    found = _FIRST.fullmatch(pasted)
    if found is None:
        return "", ""
    first, rest = found.groups()
    is_output = (first.lower() in _STARTS and rest.strip()) or _KEYS.match(first)
    return ("", pasted) if is_output else (first, rest)


def _names(pasted: str) -> list[str]:
    """Return the usernames in it; all of them, for which was meant nobody knows."""
    if said := _JSON.findall(pasted):
        return [_unescaped(one) for one in said]
    if found := _YAML.findall(pasted):
        return [_unescaped(a) or b.replace("''", "'") or c.strip() for a, b, c in found]
    # Columns are set apart by many spaces, which would be gone through again from each of them.
    if said := _TABLE.findall(_SPACES.sub(" ", pasted)):
        return [one.strip() for one in said]
    if (refused := heard(tidy(pasted))) is not None:
        return [refused.heard_of]
    bare = pasted.strip("\"'")
    return [bare] if bare and not any(char.isspace() for char in bare) else []


def _unescaped(said: str) -> str:
    """Undo JSON's escapes, which YAML's double quotes share; what is none stays."""
    try:
        read = json.loads(f'"{said}"')
    except ValueError:
        return said
    return str(read)


def _problem(names: tuple[str, ...]) -> str:
    if not names or not names[0]:
        return (
            "No username can be read in what was pasted. Paste all that “kubectl auth whoami” "
            f"prints behind “{Flag.CHECK} CLUSTER”, or only the name."
        )
    if len(names) > 1:
        both = " and ".join(f"“{name[:_SHOWN]}”" for name in names[:2])
        return f"It names more than one user, {both}: paste what was printed once."
    if len(names[0]) > MOST:
        said = f"“{names[0][:_SHOWN]}…” has {len(names[0])} characters"
        return f"{said}; no username has more than {MOST}. Paste what “kubectl auth whoami” prints."
    return ""
