"""Slack may change the letters of an email at any moment: access follows the click, and ends."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daypass.domain.catalog import Cluster
from daypass.domain.grant import MAC, REQUESTER
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.suspicion import Suspicion
from daypass.ports import Witness
from daypass.usecases.incident.revoke_all import Reach, RevokeAll, revoke_all
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.release import Release, release
from tests.builders import NOON, World, a_catalog, a_profile, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    HOUR,
    approve,
    ask,
    grant,
    lease_of,
    look,
    names,
    ours,
    pass_time,
    work,
)

FIRST_SPELLING, SECOND_SPELLING = "Alice@Example.COM", "ALICE@example.com"


def spell(world: World, email: str) -> None:
    """Let Slack say alice's email in these letters from now on."""
    world.people.put(a_profile("alice", email=email, seen_at=world.clock.now()))


def spelled_world(username: str = "{email}") -> World:
    """Return a world in which Slack writes alice's email with capitals."""
    cluster = Cluster(name="prod", labels={"env": "prod"}, username=username)
    world = a_world(a_catalog(clusters={"prod": cluster}))
    spell(world, FIRST_SPELLING)
    return world


def bound(world: World) -> str:
    """Return whom the one object on prod binds."""
    (subject,) = ours(world).subjects
    return subject.name


@pytest.mark.parametrize(
    ("username", "name"),
    [("{email}", FIRST_SPELLING), ("{email:lower}", "alice@example.com")],
    ids=["letters kept", "small letters"],
)
def test_grant_is_for_the_user_as_the_cluster_spells_them(username: str, name: str) -> None:
    """To Kubernetes other letters are another user, to whom nothing may be given."""
    world = spelled_world(username)
    grant(world)
    assert bound(world) == name
    assert [one.user for one in lease_of(world).proof] == [name]
    assert lease_of(world).state is LeaseState.ACTIVE


def test_grant_names_the_user_as_verified_at_the_click() -> None:
    """Who is spelled otherwise since the ask is neither refused nor bound under the old name."""
    world = spelled_world()
    request = ask(world).request
    spell(world, SECOND_SPELLING)
    decide(Decide(actor=BOB, target=request.id, yes=True), world.ask)
    work(world)
    assert bound(world) == SECOND_SPELLING
    assert ours(world).annotations[REQUESTER] == SECOND_SPELLING


def test_grant_keeps_to_the_click_when_letters_change_after_it() -> None:
    """What was approved is provisioned: nobody is asked about the person again in between."""
    world = spelled_world()
    approve(world)
    spell(world, SECOND_SPELLING)
    work(world)
    assert bound(world) == FIRST_SPELLING
    assert lease_of(world).state is LeaseState.ACTIVE


def _expires(world: World) -> None:
    pass_time(world, 3600, step=60)


def _is_released(world: World) -> None:
    release(Release(actor=ALICE, target=""), world.ask)


def _is_revoked(world: World) -> None:
    end(End(actor=BOB, target=FIRST, reason="enough"), world.ask)


def _revokes_all(world: World) -> None:
    reach = Reach(person="alice@EXAMPLE.com")
    revoke_all(RevokeAll(reach=reach, actor="cli:root", by="root"), world.ask)


@pytest.mark.parametrize(
    ("over", "cause"),
    [
        (_expires, EndCause.EXPIRED),
        (_is_released, EndCause.RELEASED),
        (_is_revoked, EndCause.REVOKED),
        (_revokes_all, EndCause.REVOKED),
    ],
    ids=["expired", "released", "revoked", "all of one person"],
)
def test_access_is_gone_whatever_the_letters_became(
    over: Callable[[World], None], cause: EndCause
) -> None:
    """Law 3: what is revoked is found by its stored names, never by how somebody is spelled now."""
    world = spelled_world()
    grant(world)
    spell(world, SECOND_SPELLING)
    look(world)
    assert names(world)
    over(world)
    work(world)
    assert names(world) == []
    assert (lease_of(world).state, lease_of(world).cause) == (LeaseState.ENDED, cause)


def test_more_time_is_given_whatever_the_letters_became() -> None:
    """The holder is the account; who is bound does not change with more time."""
    world = spelled_world()
    before = grant(world)
    spell(world, SECOND_SPELLING)
    extend(Extend(actor=ALICE, target="", length=HOUR), world.ask)
    work(world)
    assert before.ends_at == NOON + HOUR
    assert lease_of(world).ends_at == NOON + 2 * HOUR
    assert bound(world) == FIRST_SPELLING


def _forgets(world: World) -> None:
    world.store.set_back(None)
    world.clock.advance(HOUR / 60)
    world.heartbeats.beat("timekeeper")
    world.witnesses["prod"] = Witness()


def test_a_lease_that_was_forgotten_is_adopted_letter_by_letter() -> None:
    """Its holder is who was bound, and ends it under any spelling."""
    world = spelled_world()
    grant(world)
    _forgets(world)
    assert look(world).adopted == (FIRST,)
    assert lease_of(world).holder.email == FIRST_SPELLING
    assert world.catalog.clusters["prod"].username_of(lease_of(world).holder) == bound(world)
    spell(world, SECOND_SPELLING)
    _is_released(world)
    work(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


def test_a_requester_in_other_letters_is_forged() -> None:
    """The MAC covers every letter of whom an object is for."""
    world = spelled_world()
    grant(world)
    found = ours(world)
    altered = replace(found, annotations={**found.annotations, REQUESTER: SECOND_SPELLING})
    assert altered.annotations[MAC]
    world.clusters["prod"].put(altered)
    assert [one.why for one in look(world).removed] == [Suspicion.FORGED]
