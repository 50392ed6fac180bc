"""Names that the configuration makes of a person's email: `oidc:{email}`, `{local:lower}`."""

from typing import Final

from daypass.domain.people import Person, spelled

FIELDS: Final = ("email", "local")
"""What a template may name: the email as Slack spells it, and the part of it before the @."""
LOWER: Final = "lower"
"""The one form a field may be asked for in: `{email:lower}` has ASCII letters small."""


def filled(template: str, person: Person) -> str:
    """Fill in a template that the configuration's checks have let through."""
    email = _Letters(person.email)
    return template.format(email=email, local=_Letters(email.partition("@")[0]))


class _Letters(str):
    """A text that a template may ask for in small letters."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return spelled(self) if spec == LOWER else super().__format__(spec)
