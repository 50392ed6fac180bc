"""Who is nobody to us, and why (law 5)."""

import pytest

from daypass.domain.ids import PersonId
from daypass.domain.people import Distrust, Pin, Profile, distrust, spelled
from tests.builders import NOON, a_profile

OTHER = PersonId("U0OTHER")
PIN = Pin(id=PersonId("U0ALICE"), email="alice@example.com", pinned_at=NOON)
OLD = Pin(id=PersonId("U0ALICE"), email="alice@old.example", pinned_at=NOON)


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (a_profile("alice", deactivated=True), Distrust.DEACTIVATED),
        (a_profile("alice", bot=True), Distrust.BOT),
        (a_profile("alice", foreign=True), Distrust.FOREIGN),
        (a_profile("alice", guest=True), Distrust.GUEST),
        (a_profile("alice", email=""), Distrust.NO_EMAIL),
        (a_profile("alice", email="alice"), Distrust.NO_EMAIL),
        (a_profile("alice", email_confirmed=False), Distrust.EMAIL_UNCONFIRMED),
        (a_profile("alice", email="stra\u00dfe@example.com"), Distrust.EMAIL_NOT_ASCII),
    ],
    ids=lambda value: value.name if isinstance(value, Distrust) else "",
)
def test_distrust_names_what_is_wrong_with_an_account(profile: Profile, why: Distrust) -> None:
    """Law 5: guests, bots, foreign, deactivated and unconfirmed accounts are nobody."""
    assert distrust(profile, PIN, profile.id) is why


@pytest.mark.parametrize(
    ("pin", "owner", "why"),
    [
        (None, None, None),
        (PIN, PIN.id, None),
        (OLD, None, Distrust.EMAIL_CHANGED),
        (None, OTHER, Distrust.EMAIL_TAKEN),
        (PIN, OTHER, Distrust.EMAIL_TAKEN),
    ],
    ids=["first sight", "as pinned", "email changed", "email taken", "pin lost to another"],
)
def test_distrust_holds_the_email_against_the_pin(
    pin: Pin | None, owner: PersonId | None, why: Distrust | None
) -> None:
    """Law 5: an account whose email changed, or whose email was another's, is nobody."""
    assert distrust(a_profile("alice"), pin, owner) is why


def test_distrust_overlooks_how_an_email_is_spelled() -> None:
    """Somebody whose Slack email changes its letters only is not locked out."""
    assert distrust(a_profile("alice", email="Alice@Example.COM"), PIN, PIN.id) is None


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        (" Alice@Example.COM ", "alice@example.com"),
        ("STRA\u00dfE@Example.com", "stra\u00dfe@example.com"),
        ("\u017fam@Example.com", "\u017fam@example.com"),
        ("\u0130an@Example.com", "\u0130an@example.com"),
        ("\u212aim@Example.com", "\u212aim@example.com"),
    ],
    ids=["capitals", "sharp s", "long s", "dotted i", "kelvin sign"],
)
def test_spelled_never_makes_one_of_two_mailboxes(written: str, spelling: str) -> None:
    """Capitals are the same mailbox; letters that fold into others are not."""
    assert spelled(written) == spelling
