"""An administrator confirms an email: the only way back after it changed (law 5)."""

from typing import Final

import pytest

from daypass.domain.audit import Action
from daypass.domain.errors import RefusedError, UnreadableError
from daypass.domain.ids import PersonId
from daypass.domain.people import Distrust
from daypass.domain.reasons import Nobody
from daypass.usecases.requests.confirm import Confirm, confirm
from daypass.usecases.shared.identify import identify
from tests.builders import a_profile, a_world
from tests.unit.usecases.scenes import Failing, with_store

ALICE: Final = PersonId("U0ALICE")
NEW: Final = "alice.new@example.com"


def _confirm(person: PersonId = ALICE, email: str = NEW) -> Confirm:
    return Confirm(actor="cli:root", person=person, email=email)


def test_confirm_makes_a_person_of_nobody_when_the_email_had_changed() -> None:
    """After a changed email an account is nobody until an administrator vouches for it."""
    world = a_world()
    identify(ALICE, world.ask)
    world.people.put(a_profile("alice", email=NEW))
    with pytest.raises(RefusedError):
        identify(ALICE, world.ask)
    confirm(_confirm(email=NEW.upper()), world.ask)
    assert identify(ALICE, world.ask).email == NEW


def test_confirm_vouches_for_a_mailbox_whatever_its_letters() -> None:
    """The person is named as Slack spells them, not as the administrator typed them."""
    world = a_world()
    confirm(_confirm(email="ALICE.NEW@example.com"), world.ask)
    world.people.put(a_profile("alice", email="Alice.New@example.com"))
    assert identify(ALICE, world.ask).email == "Alice.New@example.com"


def test_confirm_writes_down_who_said_so_when_it_changes_a_pin() -> None:
    """The audit trail names the administrator, the account and both emails."""
    world = a_world()
    identify(ALICE, world.ask)
    confirm(_confirm(), world.ask)
    event = world.store.events[-1]
    assert (event.action, event.actor, event.subject) == (
        Action.PERSON_CONFIRMED,
        "cli:root",
        ALICE,
    )
    assert event.facts == {"email": NEW, "before": "alice@example.com"}


def test_confirm_pins_an_account_when_it_was_never_seen() -> None:
    """An account may be vouched for before it first asks."""
    world = a_world()
    confirm(_confirm(), world.ask)
    pin = world.store.pin(ALICE)
    assert pin is not None
    assert pin.email == NEW


def test_confirm_refuses_when_the_email_is_pinned_to_another_account() -> None:
    """No two accounts are one person to a cluster."""
    world = a_world()
    identify(PersonId("U0BOB"), world.ask)
    with pytest.raises(RefusedError, match="another account was trusted with this email"):
        confirm(_confirm(email="bob@example.com"), world.ask)
    assert world.store.pin(ALICE) is None


def test_confirm_refuses_what_is_no_email() -> None:
    """An account without an email is nobody; nothing is pinned."""
    world = a_world()
    with pytest.raises(RefusedError) as refused:
        confirm(_confirm(email="  "), world.ask)
    assert refused.value.reasons == (Nobody(name=ALICE, why=Distrust.NO_EMAIL),)
    assert world.store.pin(ALICE) is None


def test_confirm_writes_over_a_pin_that_cannot_be_read() -> None:
    """An administrator mends what somebody damaged, and the audit trail says so."""
    world = a_world()
    identify(ALICE, world.ask)
    damaged = Failing(world.store, "pin", UnreadableError("damaged"), lambda _: True)
    confirm(_confirm(), with_store(world.ask, damaged))
    pin = world.store.pin(ALICE)
    assert pin is not None
    assert pin.email == NEW
    assert world.store.events[-1].facts == {"email": NEW, "before": ""}
