"""What a cluster says of a person, beside what Daypass would bind there: how they differ.

And what an administrator would write so that they do not. Nothing is taken from it by itself: a
username is never typed by whom it names. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from string import ascii_letters, digits
from typing import Final

from daypass.domain.forbidden import forbidden_name
from daypass.domain.presets import Preset
from daypass.domain.template import FORMS, LOWER, SESSION, filled, literal

_SESSION_OF: Final = re.compile(r"arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([\w+=,.@-]{1,64})/")
_ESCAPED: Final = frozenset('"\\')
_FOUR_DIGITS: Final = 0xFFFF
"""What YAML writes with four digits; it knows no surrogates."""
_WORD: Final = frozenset(ascii_letters + digits)
_FIELDS: Final = (
    *(f"{{email{form and f':{form}'}}}" for form in FORMS),
    *(f"{{local{form}}}" for form in ("", f":{LOWER}")),
)
"""What a name may be made of; what says most of a person first."""


class Difference(StrEnum):
    """One way in which two names differ."""

    CASE = "capitals"
    SESSION = "- in place of @"
    MORE = "more"
    LESS = "less"
    OTHER = "another name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How what is `said` differs from what would be `bound`; nothing where they are the same.

    `before` and `behind` are what one of them has around the other. `username` is what would make
    the name said of anybody's email, as the configuration writes it; empty where nothing does.
    """

    bound: str
    said: str
    differences: tuple[Difference, ...] = ()
    before: str = ""
    behind: str = ""
    username: str = ""

    @property
    def is_same(self) -> bool:
        """Whether they are one name, letter by letter."""
        return self.said == self.bound

    @property
    def is_nobody(self) -> bool:
        """Whether what is said is a name that nothing is ever granted to."""
        return forbidden_name(self.said)

    @property
    def odd(self) -> tuple[str, ...]:
        """The characters of what is said that may pass for others, or for nothing."""
        return tuple(dict.fromkeys(c for c in self.said if not (c.isascii() and c.isprintable())))


def compared(bound: str, said: str, *, email: str, template: str) -> Comparison:
    """Compare what a cluster says of whoever has that email with what `template` made of it."""
    if said == bound:
        return Comparison(bound=bound, said=said)
    found, (before, behind) = _differ(bound, said)
    return Comparison(
        bound=bound,
        said=said,
        differences=found,
        before=before,
        behind=behind,
        username="" if forbidden_name(said) else _username(said, email, template),
    )


def _differ(bound: str, said: str) -> tuple[tuple[Difference, ...], tuple[str, str]]:
    for known, sign in ((bound, ()), (bound.replace("@", "-"), (Difference.SESSION,))):
        for inner, outer, kind in ((known, said, Difference.MORE), (said, known, Difference.LESS)):
            if (at := _place(inner, outer)) < 0:
                continue
            end = at + len(inner)
            around = (outer[:at], outer[end:])
            case = (Difference.CASE,) if outer[at:end] != inner else ()
            return (*case, *sign, *((kind,) if any(around) else ())), around
    return (Difference.OTHER,), ("", "")


def _place(inner: str, outer: str) -> int:
    """Return where a name stands in another, in whatever letters; below zero where it does not.

    A part of another word is no name: “al” in “walter”.
    """
    found = re.search(re.escape(inner), outer, re.IGNORECASE | re.ASCII) if inner else None
    if found is None:
        return -1
    around = (outer[found.start() - 1 : found.start()], outer[found.end() : found.end() + 1])
    return -1 if _WORD.intersection(around) else found.start()


def _username(said: str, email: str, template: str) -> str:
    """Return what would make that name of the email: a preset where one is that template."""
    made = next(_made(said, email, template), "")
    return _as_written(made) if made else ""


def _made(said: str, email: str, template: str) -> Iterator[str]:
    small_first = f":{LOWER}" in template
    fields = sorted(_FIELDS, key=lambda one: (one[1] != "e", small_first is not (LOWER in one)))
    for name in fields:
        value = filled(name, email)
        at = _place(value, said)
        if at >= 0 and said[at : at + len(value)] == value:
            yield f"{literal(said[:at])}{name}{literal(said[at + len(value) :])}"


def _as_written(template: str) -> str:
    """Write it as a value of `username:`, by a preset where that is the same."""
    for field, lower in ((f"{{email:{SESSION}}}", False), (f"{{email:{SESSION}:{LOWER}}}", True)):
        if template == field:
            return _preset(Preset.AWS_AUTH_SESSION, lower=lower)
    for field, lower in (("{email}", False), (f"{{email:{LOWER}}}", True)):
        prefix = template.removesuffix(field)
        found = _SESSION_OF.fullmatch(prefix)
        if prefix != template and found is not None:
            partition, account, role = found.groups()
            role = f"arn:{partition}:iam::{account}:role/{role}"
            return _preset(f"{Preset.EKS_ACCESS_ENTRY}:{role}", lower=lower)
    return f"username: {in_quotes(template)}"


def _preset(preset: str, *, lower: bool) -> str:
    if lower:
        return f"username: {{preset: {in_quotes(preset)}, lower: true}}"
    return f"username: {in_quotes(preset)}"


def override(whom: str, said: str) -> str:
    """Write the line by which that email, or account, has that name, and nobody else."""
    return f"overrides: {{{in_quotes(whom)}: {in_quotes(literal(said))}}}"


def in_quotes(text: str) -> str:
    """Write a text so that YAML reads it as it is, and people see each sign in it.

    A backtick would end the block in which it is shown.
    """
    return f'"{"".join(map(_sign, text))}"'


def _sign(char: str) -> str:
    if char in _ESCAPED:
        return f"\\{char}"
    if char.isascii() and char.isprintable() and char != "`":
        return char
    code = ord(char)
    return f"\\u{code:04X}" if code <= _FOUR_DIGITS else f"\\U{code:08X}"
