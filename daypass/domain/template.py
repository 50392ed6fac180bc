"""Names that the configuration makes of a person's email: `oidc:{email}`, `{local:lower}`."""

from string import Formatter
from typing import Final

from daypass.domain.people import spelled

FIELDS: Final = ("email", "local")
"""What a template may name: the email as Slack spells it, and the part of it before the @."""
LOWER: Final = "lower"
"""The form of a field with ASCII letters small: `{email:lower}`."""
SESSION: Final = "session"
"""The form of a field as aws-auth writes the name of a session, with - for @: `{email:session}`."""
FORMS: Final = ("", LOWER, SESSION, f"{SESSION}:{LOWER}")
"""In what forms a field may be asked for."""


def filled(template: str, email: str) -> str:
    """Fill in a template that the configuration's checks have let through."""
    local = _Letters(email.partition("@")[0])
    return template.format(email=_Letters(email), local=local)


def is_personal(template: str) -> bool:
    """Whether a template has a field: without one it is everybody's name.

    Raises ValueError where a brace has no partner.
    """
    return any(name is not None for _, name, _, _ in Formatter().parse(template))


def literal(text: str) -> str:
    """Write a text so that a template has it as it is."""
    return text.replace("{", "{{").replace("}", "}}")


class _Letters(str):
    """A text that a template may ask for in small letters, or as the name of a session."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        forms = spec.split(":")
        text = self.replace("@", "-") if SESSION in forms else str(self)
        return spelled(text) if LOWER in forms else text
