"""Who somebody is: what Slack says now, what was pinned, whether both agree (law 5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase
from typing import Final

from daypass.domain.ids import UNMOVED, MoveId, PersonId

_SMALL: Final = str.maketrans(ascii_uppercase, ascii_lowercase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One account as Slack describes it at `seen_at`; the email has the letters that Slack says."""

    id: PersonId
    workspace: str
    name: str
    email: str
    seen_at: datetime
    email_confirmed: bool = True
    guest: bool = False
    bot: bool = False
    foreign: bool = False
    deactivated: bool = False

    @property
    def mailbox(self) -> str:
        """Its email as emails are compared."""
        return spelled(self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The mailbox that an account had at first sight, or that an administrator confirmed."""

    id: PersonId
    email: str
    pinned_at: datetime
    version: int = 0
    move: MoveId = UNMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account that was trusted at `verified_at`, with the catalog's teams it was in.

    The email has the letters that Slack said then: clusters may know the person by them.
    """

    id: PersonId
    name: str
    email: str
    teams: frozenset[str]
    verified_at: datetime

    @property
    def mailbox(self) -> str:
        """Their email as emails are compared."""
        return spelled(self.email)


class Distrust(StrEnum):
    """Why an account is nobody to us."""

    UNKNOWN = "Slack knows no such account"
    DEACTIVATED = "the account is deactivated in Slack"
    BOT = "bots cannot ask for access or approve it"
    FOREIGN = "the account belongs to another workspace or organisation"
    GUEST = "guests of the workspace cannot ask for access or approve it"
    NO_EMAIL = "the Slack profile shows no email, so no cluster username is known"
    EMAIL_NOT_ASCII = "the email has characters that can be mistaken for others"
    EMAIL_UNCONFIRMED = "the email of the Slack profile is not confirmed"
    EMAIL_CHANGED = (
        "the email of the Slack profile changed since it was first trusted; "
        "an administrator must confirm it with “daypass people confirm”"
    )
    EMAIL_TAKEN = "another account was trusted with this email before"


def spelled(name: str) -> str:
    """Spell an email or a username in the one way by which they are compared: ASCII letters small.

    Other letters stay: to fold ß, a dotted İ or the Kelvin sign would make one of two mailboxes.
    """
    return name.strip().translate(_SMALL)


def distrust(profile: Profile, pin: Pin | None, owner: PersonId | None) -> Distrust | None:
    """Say why `profile` is nobody, or None when it is trusted.

    `pin` is this account's own pin, `owner` the account to which its email is pinned.
    """
    checks = (
        (profile.deactivated, Distrust.DEACTIVATED),
        (profile.bot, Distrust.BOT),
        (profile.foreign, Distrust.FOREIGN),
        (profile.guest, Distrust.GUEST),
        ("@" not in profile.email, Distrust.NO_EMAIL),
        (not profile.email.isascii(), Distrust.EMAIL_NOT_ASCII),
        (not profile.email_confirmed, Distrust.EMAIL_UNCONFIRMED),
        (pin is not None and pin.email != profile.mailbox, Distrust.EMAIL_CHANGED),
        (owner is not None and owner != profile.id, Distrust.EMAIL_TAKEN),
    )
    return next((why for broken, why in checks if broken), None)
