"""Somebody takes time off the end of a lease: it counts at once."""

from datetime import timedelta
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Principal
from daypass.domain.ids import PersonId
from daypass.domain.lease import Cut, Lease, LeaseState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, PromiseKind
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import OVERTAKEN, Shorten, shorten
from tests.builders import NOON, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.requests.test_extend import a_granted, want, want_approved
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    FIRST,
    HOUR,
    actions,
    approve,
    grant,
    lease_of,
    pass_time,
    refusal,
    rows,
)

TEN = timedelta(minutes=10)


def cut(
    world: World, who: PersonId = ALICE, length: timedelta = TEN, target: str = FIRST, why: str = ""
) -> Lease:
    """Let somebody take time off what alice holds."""
    return shorten(Shorten(actor=who, target=target, length=length, reason=why), world.ask)


@pytest.mark.parametrize("who", [ALICE, BOB, DAN])
def test_shorten_moves_the_end_its_row_and_says_who(who: PersonId) -> None:
    """Law 7: the earlier end, its row and its event are one move; the objects follow."""
    world, _ = a_granted()
    cut(world, who, why="done")
    lease = lease_of(world)
    assert lease.ends_at == NOON + HOUR - TEN
    assert lease.cuts == (Cut(to=NOON + HOUR - TEN, at=NOON, by=who, why="done"),)
    waits = rows(world)
    assert waits[PromiseKind.END, FIRST] == (HOUR - TEN).total_seconds()
    assert waits[PromiseKind.ADJUST, FIRST] == 0
    event = world.store.events[-1]
    assert (event.action, event.actor) == ("lease.shortened", who)
    assert event.facts == {"until": "2026-11-20T12:50:00Z", "reason": "done"}


def test_shortened_lease_ends_on_time_though_its_objects_never_heard() -> None:
    """Law 3: the row in the agenda rules, whatever an object says."""
    world, _ = a_granted()
    cut(world, length=HOUR - TEN)
    world.clusters["prod"].down = True
    pass_time(world, TEN.total_seconds() - 20, step=10)
    world.clusters["prod"].down = False
    pass_time(world, 25)
    assert lease_of(world).state is LeaseState.ENDED
    assert world.clusters["prod"].objects == ()


def test_shorten_takes_the_only_lease_when_none_is_named() -> None:
    """An id may be left out where one thing fits."""
    world, _ = a_granted()
    assert cut(world, target="").id == FIRST
    grant(world, "nodes")
    assert isinstance(refusal(lambda: cut(world, target="")), no.WhichOne)


def test_shorten_promises_the_warnings_anew() -> None:
    """The warning that is due before the new end replaces the one before the old end."""
    world, _ = a_granted()
    before = rows(world, NOTIFICATIONS)[PromiseKind.WARN, FIRST]
    cut(world)
    assert rows(world, NOTIFICATIONS)[PromiseKind.WARN, FIRST] < before
    cut(world, length=HOUR - TEN - timedelta(seconds=30))
    assert (PromiseKind.WARN, FIRST) not in rows(world, NOTIFICATIONS)


def test_shorten_gives_up_an_extension_that_is_under_way() -> None:
    """Who shortens wants the earlier end, whatever was given before."""
    world, _ = a_granted()
    want(world)
    cut(world)
    lease = lease_of(world)
    assert (lease.extension, lease.extensions[0].refused) == (None, OVERTAKEN)
    assert lease.ends_at == NOON + HOUR - TEN
    assert actions(world, FIRST)[-2:] == ["lease.not_extended", "lease.shortened"]


def test_shorten_lets_more_time_be_asked_for_no_longer_than_the_lease_lasts() -> None:
    """Its card says the ends that are so now, and it lapses with the lease at the latest."""
    world, _ = a_granted()
    more = want_approved(world)
    world.clock.advance(TEN)
    cut(world)
    stored = world.store.request(more)
    assert stored is not None
    assert stored.lapses_at == lease_of(world).ends_at == NOON + HOUR - TEN
    told = rows(world, NOTIFICATIONS)
    assert told[PromiseKind.CARD, more] == 0
    assert told[PromiseKind.REMIND, more] == timedelta(minutes=5).total_seconds()
    assert rows(world, TIMEKEEPER)[PromiseKind.LAPSE, more] == (HOUR - 2 * TEN).total_seconds()
    cut(world, length=HOUR - 2 * TEN - timedelta(minutes=1))
    assert (PromiseKind.REMIND, more) not in rows(world, NOTIFICATIONS)


def test_shorten_lengthens_no_wait() -> None:
    """A request that lapses before the new end lapses when it did."""
    soon = a_workflow(timeout=TEN)
    world = a_world(a_catalog(workflows=(soon,)))
    grant(world)
    more = want_approved(world, 3 * HOUR)
    cut(world)
    stored = world.store.request(more)
    assert stored is not None
    assert stored.lapses_at == NOON + TEN


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"length": timedelta(0)}, no.NotPositive),
        ({"length": -TEN}, no.NotPositive),
        ({"length": HOUR}, no.NothingLeft),
        ({"length": 5 * HOUR}, no.NothingLeft),
        ({"who": CAROL}, no.NotYours),
        ({"target": "nonsense"}, no.UnknownRequest),
        ({"why": "xoxb-1234567890-ab"}, no.HoldsSecret),
    ],
)
def test_shorten_is_refused_and_nothing_is_stored(fields: dict[str, Any], kind: type) -> None:
    """Bad input gets its reason; the lease stays as it is."""
    world, before = a_granted()
    assert isinstance(refusal(lambda: cut(world, **fields)), kind)
    assert lease_of(world) == before


def test_shorten_names_who_could() -> None:
    """A refusal says whom to ask."""
    world, _ = a_granted()
    reason = refusal(lambda: cut(world, CAROL))
    assert reason == no.NotYours(
        verb="shorten",
        what=f"lease {FIRST}",
        could=("alice@example.com", "team:sre (bob, dan)", "dan@example.com (dan)"),
    )


def test_shorten_is_for_administrators_too() -> None:
    """Whoever may revoke may do less."""
    world = a_world(a_catalog(admins=(Principal(email="carol@example.com"),)))
    grant(world)
    assert cut(world, CAROL).cuts[0].by == CAROL


def test_shorten_is_refused_when_the_lease_does_not_run() -> None:
    """What is being granted has no end yet; what is over has one already."""
    world = a_world()
    approve(world)
    assert refusal(lambda: cut(world)) == no.NotGrantedYet(lease=FIRST)
    release(Release(actor=ALICE, target=FIRST), world.ask)
    assert refusal(lambda: cut(world)) == no.AlreadyEnding(lease=FIRST, state="revoking")
