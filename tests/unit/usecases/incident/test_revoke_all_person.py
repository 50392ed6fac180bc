"""RevokeAll that ends all of one person, by whatever name or account."""

import pytest

from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, PersonId
from tests.builders import a_person, a_world
from tests.unit.usecases.incident.test_revoke_all import end_all, many
from tests.unit.usecases.scenes import (
    CAROL,
    FIRST,
    Failing,
    ask,
    grant,
    known_as,
    lease_of,
    with_store,
    work,
)


@pytest.mark.parametrize("person", ["U0ALICE", "u0alice", "alice@example.com", "Alice@Example.com"])
def test_revoke_all_ends_all_of_one_person(person: str) -> None:
    """By account or by email, whichever is at hand; others keep what they have."""
    world = a_world()
    grant(world)
    grant(world, actor=CAROL)
    done = end_all(world, person=person)
    assert done.ended == (FIRST,)
    assert lease_of(world, LeaseId("000000000002-1")).grantable


def test_revoke_all_ends_what_the_same_email_holds_by_an_older_account() -> None:
    """A person who got a new account still holds what the old one was given."""
    world = a_world()
    grant(world)
    old = a_person("alice", id=PersonId("U0OLD"))
    [older] = many(world, 1, holder=old)
    assert set(end_all(world, person="U0ALICE").ended) == {FIRST, older}


@pytest.mark.parametrize("person", ["alice@example.com", "ALICE@EXAMPLE.COM"])
def test_revoke_all_ends_what_is_held_under_another_spelling(person: str) -> None:
    """Whatever letters Slack had when it was granted; the pin may be lost."""
    world = a_world()
    [lost] = many(world, 1, holder=a_person("alice", email="Alice@Example.COM"))
    assert end_all(world, person=person).ended == (lost,)


def test_revoke_all_ends_what_somebody_holds_who_was_never_pinned() -> None:
    """The leases alone are enough: pins may be lost."""
    world = a_world()
    [lost] = many(world, 1)
    assert end_all(world, person="alice@example.com").ended == (lost,)
    assert end_all(world, person="U0ALICE").leaving == (lost,)


@pytest.mark.parametrize("person", ["U0ALICE", "alice@example.com"])
def test_revoke_all_ends_what_a_second_account_of_the_same_username_holds(person: str) -> None:
    """Law 5: to the cluster both are one, and nothing that it lets them do is left there."""
    world, each = a_world(), ({"U0ALICE": "alice"}, {"U0CAROL": "Alice"})
    one, other = (known_as(world, names, "dev") for names in each)
    ask(one, cluster="dev")
    work(one, "dev")
    ask(other, "nodes", cluster="dev", actor=CAROL)
    work(other, "dev")
    world = known_as(world, {**each[0], **each[1]}, "dev")
    end_all(world, person=person)
    work(world, "dev")
    assert world.clusters["dev"].objects == ()


@pytest.mark.parametrize("person", ["U0ALICE", "alice@example.com"])
def test_revoke_all_ends_what_somebody_holds_whose_pin_cannot_be_read(person: str) -> None:
    """The pin only helps to find more: doubt means yes for revoking (laws 1 and 10)."""
    world = a_world()
    grant(world)
    [older] = many(world, 1, holder=a_person("alice", id=PersonId("U0OLD")))
    damaged = Failing(world.store, "pin", UnreadableError("damaged"), lambda _: True)
    ports = with_store(world.ask, damaged)
    assert set(end_all(world, ports, person=person).ended) == {FIRST, older}
    assert set(end_all(world, ports, person=person).leaving) == {FIRST, older}


def test_revoke_all_knows_somebody_who_holds_nothing_and_whose_pin_cannot_be_read() -> None:
    """An account that was pinned is no misspelt name."""
    world = a_world()
    damaged = Failing(world.store, "pin", UnreadableError("damaged"), lambda _: True)
    assert end_all(world, with_store(world.ask, damaged), person="U0ALICE").ended == ()
