"""What somebody holds under a username that is not theirs any more ends (law 5).

An email that changed ends it by itself. Where an administrator confirms the new one before anybody
has looked, the account is trusted again, and the binding is still for the old name: whoever gets
that would have the access, and nobody said yes to them.
"""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Catalog
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.reasons import Renamed
from daypass.ports import NOTIFICATIONS, PromiseKind
from daypass.usecases.incident.offboard import offboard
from daypass.usecases.requests.confirm import Confirm, confirm
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.shared.identify import identify
from tests.builders import NOON, World, a_catalog, a_profile, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    HOUR,
    approve,
    grant,
    lease_of,
    names,
    obey,
    refusal,
    work,
)

NEW = "alice.new@example.com"
OLD_NAMESAKE = PersonId("U0ZED")
SAME_USER = pytest.mark.parametrize(
    ("username", "email"),
    [("{local}", "alice@example.org"), ("{email}", "Alice@Example.com")],
    ids=["another domain", "other capitals"],
)
"""Emails that leave alice the user that she was, where the cluster names people so."""


def by(username: str) -> Catalog:
    """Return the rules where prod names people so."""
    rules = a_catalog()
    prod = replace(rules.clusters["prod"], username=username)
    return replace(rules, clusters={**rules.clusters, "prod": prod})


def is_renamed(world: World, email: str = NEW) -> None:
    """Let alice have another email, and an administrator confirm it before anybody has looked."""
    world.people.put(a_profile("alice", email=email))
    confirm(Confirm(actor="cli:root", person=ALICE, email=email), world.ledger)


def looked_at(world: World) -> tuple[Lease, ...]:
    """Be a notifications worker that sees to what is due now."""
    claims = world.agenda.claim(NOTIFICATIONS, 50)
    mine = [one for one in claims if one.promise.kind is PromiseKind.HOLDER]
    return obey(world, [said for one in mine for said in offboard(one, world.notify())])


def test_what_the_old_name_has_ends_at_once() -> None:
    """Who gets the old email is that user to the cluster, and has nothing of alice's."""
    world = a_world()
    grant(world)
    is_renamed(world)
    (ended,) = looked_at(world)
    work(world)
    world.people.put(a_profile("zed", email="alice@example.com"))
    assert identify(OLD_NAMESAKE, world.ask).email == "alice@example.com"
    assert names(world) == []
    assert ended.cause is EndCause.OFFBOARDED
    assert ended.why == (
        "it was given to the user alice@example.com, and its holder is alice.new@example.com "
        "there by now"
    )


def test_what_is_still_being_granted_to_the_old_name_ends() -> None:
    """The click was before the rename, the worker comes after it."""
    world = a_world()
    approve(world)
    is_renamed(world)
    looked_at(world)
    work(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


@SAME_USER
def test_who_is_the_same_user_keeps_what_they_hold(username: str, email: str) -> None:
    """It is for them as before."""
    world = a_world(by(username))
    grant(world)
    is_renamed(world, email)
    assert looked_at(world) == ()
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    assert lease_of(world).extension is not None


def test_the_old_name_gets_no_more_time() -> None:
    """Until the look comes: people would read the new name, and the old one would have it."""
    world = a_world()
    grant(world)
    is_renamed(world)
    refused = refusal(lambda: extend(Extend(actor=ALICE, target=FIRST), world.ask))
    assert refused == Renamed(
        lease=FIRST, cluster="prod", was="alice@example.com", now="alice.new@example.com"
    )


def test_a_yes_to_more_time_for_the_old_name_does_not_count() -> None:
    """It was asked for before the rename, and is answered after it."""
    world = a_world(a_catalog(workflows=(a_workflow(extensions=0),)))
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST), world.ask).request
    assert asked is not None
    is_renamed(world)
    yes = Decide(actor=BOB, target=asked.id, yes=True)
    assert isinstance(refusal(lambda: decide(yes, world.ask)), Renamed)
    work(world)
    assert lease_of(world).ends_at == NOON + HOUR


def test_rules_older_than_the_approval_say_nothing_of_names() -> None:
    """limits.md: by the newer ones a cluster may name people otherwise; those are read soon."""
    world = a_world()
    world.clock.advance(HOUR / 60)
    world.heartbeats.beat("timekeeper")
    grant(world)
    is_renamed(world)
    older = replace(world.notify(), catalog=replace(world.catalog, version="v0"))
    claims = world.agenda.claim(NOTIFICATIONS, 50)
    (mine,) = [one for one in claims if one.promise.kind is PromiseKind.HOLDER]
    assert offboard(mine, older) == ()
