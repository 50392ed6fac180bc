"""Who is asking: verified now, pinned at first sight (law 5)."""

from datetime import timedelta

import pytest

from daypass.domain.audit import Action
from daypass.domain.catalog import Principal, Team
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import PersonId
from daypass.domain.people import Distrust, Profile
from daypass.domain.reasons import Nobody
from daypass.ports import AskPorts
from daypass.usecases.shared.identify import identify, roster
from tests.builders import ENGINEERS, SRE, World, a_catalog, a_profile, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, Failing, Meanwhile, refusal, with_store


def why(world: World, who: PersonId = ALICE, ports: AskPorts | None = None) -> Distrust:
    reason = refusal(lambda: identify(who, ports or world.ask))
    assert isinstance(reason, Nobody)
    return reason.why


def test_identify_pins_an_account_at_first_sight_only() -> None:
    """An account is pinned to its email once, and the audit trail says so."""
    world = a_world()
    first, again = identify(ALICE, world.ask), identify(ALICE, world.ask)
    pin = world.store.pin(ALICE)
    assert pin is not None
    assert pin.email == "alice@example.com"
    assert [event.action for event in world.store.events] == [Action.PERSON_PINNED]
    assert first == again
    assert first.teams == {"engineers"}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (a_profile("alice", guest=True), Distrust.GUEST),
        (a_profile("alice", bot=True), Distrust.BOT),
        (a_profile("alice", foreign=True), Distrust.FOREIGN),
        (a_profile("alice", deactivated=True), Distrust.DEACTIVATED),
        (a_profile("alice", email=""), Distrust.NO_EMAIL),
        (a_profile("alice", email_confirmed=False), Distrust.EMAIL_UNCONFIRMED),
        (a_profile("alice", email="mallory@example.com"), Distrust.EMAIL_CHANGED),
    ],
    ids=lambda value: value.name if isinstance(value, Distrust) else "",
)
def test_identify_refuses_when_the_account_became_nobody(
    profile: Profile, expected: Distrust
) -> None:
    """Law 5: an account that was trusted is nobody as soon as Slack says otherwise."""
    world = a_world()
    identify(ALICE, world.ask)
    world.people.put(profile)
    assert why(world) is expected


def test_identify_refuses_an_account_that_slack_does_not_know() -> None:
    """An id that nobody has is nobody."""
    assert why(a_world(), PersonId("U0NONE")) is Distrust.UNKNOWN


def test_identify_pins_nobody_who_is_not_trusted() -> None:
    """A guest leaves no trace that would later count as trust."""
    world = a_world()
    assert why(world, PersonId("U0EVE")) is Distrust.GUEST
    assert world.store.pin(PersonId("U0EVE")) is None
    assert world.store.events == []


def test_identify_refuses_an_email_that_was_another_s() -> None:
    """Law 5: who gets a leaver's address does not get the leaver's rights."""
    world = a_world()
    identify(ALICE, world.ask)
    world.people.put(a_profile("alice", id=PersonId("U0NEW")))
    assert why(world, PersonId("U0NEW")) is Distrust.EMAIL_TAKEN


def test_identify_lets_one_of_two_win_when_both_come_with_one_email() -> None:
    """Two accounts with one email at the same moment: one is trusted, the other nobody."""
    world = a_world()
    twin = a_profile("alice", id=PersonId("U0TWIN"))
    world.people.put(twin)
    store = Meanwhile(world.store, "commit", lambda: identify(twin.id, world.ask))
    assert why(world, ALICE, with_store(world.ask, store)) is Distrust.EMAIL_TAKEN
    assert world.store.owner("alice@example.com") == twin.id


def test_identify_knows_somebody_whose_email_changes_its_letters_only() -> None:
    """Pinned and compared by mailbox, named as Slack spells them: now, not at first sight."""
    world = a_world()
    world.people.put(a_profile("alice", email="Alice@Example.com"))
    assert identify(ALICE, world.ask).email == "Alice@Example.com"
    pin = world.store.pin(ALICE)
    assert pin is not None
    assert pin.email == "alice@example.com"
    assert world.store.events[-1].facts == {"email": "alice@example.com"}
    world.people.put(a_profile("alice", email="ALICE@example.com"))
    assert identify(ALICE, world.ask).email == "ALICE@example.com"
    assert world.store.pin(ALICE) == pin


def test_identify_refuses_an_email_that_was_another_s_in_other_letters() -> None:
    """Law 5: a mailbox has one owner, however it is spelled."""
    world = a_world()
    identify(ALICE, world.ask)
    world.people.put(a_profile("alice", id=PersonId("U0NEW"), email="Alice@Example.com"))
    assert why(world, PersonId("U0NEW")) is Distrust.EMAIL_TAKEN


def test_identify_finds_the_teams_of_the_moment() -> None:
    """Teams come from everyone, listed emails and Slack's user group, as they are now."""
    world = a_world()
    assert identify(BOB, world.ask).teams == {"engineers", "sre"}
    world.people.put_usergroup("S0SRE", [])
    assert identify(BOB, world.ask).teams == {"engineers"}


def test_identify_takes_a_user_group_that_is_gone_for_empty() -> None:
    """Law 10: a deleted user group gives nobody a right and locks nobody out."""
    teams = {**a_catalog().teams, "old": Team(name="old", usergroup="S0GONE")}
    world = a_world(a_catalog(teams=teams))
    assert identify(ALICE, world.ask).teams == {"engineers"}


def test_identify_knows_listed_emails() -> None:
    """A team may list people by email, however Slack spells it."""
    teams = {"vip": Team(name="vip", emails=frozenset({"alice@example.com"}))}
    world = a_world(a_catalog(teams=teams))
    assert identify(ALICE, world.ask).teams == {"vip"}
    world.people.put(a_profile("alice", email="Alice@Example.com"))
    assert identify(ALICE, world.ask).teams == {"vip"}


def test_roster_finds_the_trusted_people_of_teams_and_emails() -> None:
    """Law 5: guests, changed emails and unknown addresses approve nothing."""
    teams = {
        **a_catalog().teams,
        "mixed": Team(
            name="mixed",
            usergroup="S0SRE",
            emails=frozenset({"bob@example.com", "eve@example.com", "gone@example.com"}),
        ),
    }
    world = a_world(a_catalog(teams=teams))
    identify(DAN, world.ask)
    world.people.put(a_profile("dan", email="dan@elsewhere.example"))
    mixed, alice = Principal(team="mixed"), Principal(email="alice@example.com")
    found = roster((mixed, alice, ENGINEERS, Principal(team="gone")), world.ask)
    assert [p.name for p in found.of((mixed,))] == ["bob"]
    assert [p.name for p in found.of((alice,))] == ["alice"]
    assert found.everyone == {ENGINEERS}
    assert found.of((Principal(team="gone"), SRE)) == ()


def test_roster_pins_nobody() -> None:
    """Looking up who could approve is no first sight."""
    world = a_world()
    world.clock.advance(timedelta(hours=1))
    roster((SRE,), world.ask)
    assert world.store.events == []


def test_roster_is_without_whoever_has_a_pin_that_cannot_be_read() -> None:
    """Doubt means no: they approve nothing, and everybody else is asked all the same."""
    world = a_world()
    both = (Principal(email="bob@example.com"), Principal(email="dan@example.com"))
    damaged = Failing(world.store, "pin", UnreadableError("damaged"), lambda one: one == BOB)
    found = roster(both, with_store(world.ask, damaged))
    assert [person.id for person in found.of(both)] == [DAN]
