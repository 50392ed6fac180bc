"""A lease is altered before somebody sets a limit: in what it names, when it ends, whether it runs.

By notifications, whose user writes leases and no request; it is put right again once that is seen
to, or written back to what it was while it was granted.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from daypass.domain.errors import PermanentOutsideError, RefusedError
from daypass.domain.lease import EndCause, Lease, LeaseState, ObjectRef
from daypass.domain.tally import Tally
from daypass.ports import Change, Promise, PromiseKind
from daypass.usecases.grants.remove import NAMES
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, World, a_catalog, a_person, a_profile, a_world
from tests.unit.usecases.attacks.test_attack_prepared import (
    MINUTE,
    TWO,
    Alter,
    attempt_of,
    granted,
    having,
    latest,
    with_other_name,
    write,
)
from tests.unit.usecases.incident.test_offboard import look as look_at_alice
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    DAN,
    FIRST,
    HOUR,
    ask,
    lease_of,
    names,
    with_cluster,
    work,
)

Limit = Callable[[World], None]
LATER = NOON + 9 * HOUR


def ending_later(lease: Lease) -> Lease:
    """Have it end later than its objects do."""
    return having(replace(lease, ends_at=LATER), expires_at=LATER)


def of_another_user(lease: Lease) -> Lease:
    """Have nothing be counted of its holder."""
    return replace(lease, username="nobody", holder=a_person("carol"))


def in_another_place(lease: Lease) -> Lease:
    """Have its object be in another namespace."""
    (ref,) = attempt_of(lease).objects
    return having(lease, objects=(replace(ref, namespace="other"),))


def never_granted(lease: Lease) -> Lease:
    """Have a create of it be on its way."""
    return replace(lease, granted_at=None)


def being_granted(lease: Lease) -> Lease:
    """Have it be what it was while it was granted."""
    return replace(lease, state=LeaseState.GRANTING, granted_at=None, cuts=(), proof=())


def write_back(world: World, lease: Lease) -> None:
    """Be notifications: have it be granted as it was once more."""
    write(world, being_granted(lease))
    look(world, PromiseKind.PROVISION)


def look(world: World, kind: PromiseKind) -> None:
    row = Promise(keeper="prod", kind=kind, subject=FIRST, at=NOON)
    world.store.commit(Change(move=world.ids.move(), promises=(row,)))
    work(world)


def take_off(world: World, lease: Lease) -> None:
    """Be notifications: have what is there removed, and counted as what runs."""
    over = replace(lease, state=LeaseState.ENDED, cause=EndCause.RELEASED, ended_at=NOON)
    write(world, over)
    look(world, PromiseKind.RECHECK)
    assert names(world) == []


def in_two_places(world: World) -> Lease:
    """Let bob and dan give alice an hour in two namespaces."""
    first = ask(world, "open", namespaces=("team-a", "team-b")).request
    for who in (BOB, DAN):
        decide(Decide(actor=who, target=first.id, yes=True), world.ask)
    work(world)
    return lease_of(world)


def cut(world: World) -> None:
    """Dan leaves half an hour."""
    shorten(Shorten(actor=DAN, target=FIRST, length=HOUR / 2), world.ask)


def ended(world: World) -> None:
    """Dan leaves nothing."""
    end(End(actor=DAN, target=FIRST, reason="enough"), world.ask)


@pytest.mark.parametrize("named", [0, 1])
def test_cut_reaches_what_a_lease_does_not_name(named: int) -> None:
    """Of two objects it names one as dan cuts, and then only the other one."""
    world = a_world(TWO)
    before = in_two_places(world)
    both = attempt_of(before).objects
    write(world, having(before, objects=(both[named],)))
    cut(world)
    work(world)
    write(world, having(before, objects=(both[1 - named],)))
    assert latest(world) <= NOON + HOUR / 2


@pytest.mark.parametrize("last", [False, True])
def test_what_somebody_said_of_more_counts_from_the_end_that_was(*, last: bool) -> None:
    """Of two hours more somebody gives ten minutes, for a lease that ends at nine."""
    world = a_world(TWO)
    before = granted(world)
    more = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert more is not None
    if last:
        decide(Decide(actor=DAN, target=more.id, yes=True), world.ask)
    write(world, ending_later(before))
    decide(Decide(actor=BOB, target=more.id, yes=True, duration=10 * MINUTE), world.ask)
    work(world)
    work(world)
    write(world, before)
    with suppress(RefusedError):
        cancel(Cancel(actor=ALICE, target=more.id), world.ask)
    assert latest(world) <= NOON + HOUR + 10 * MINUTE


@pytest.mark.parametrize("limit", [cut, ended])
@pytest.mark.parametrize(
    "alter", [of_another_user, with_other_name, in_another_place, never_granted, being_granted]
)
@pytest.mark.parametrize("gone", [False, True])
def test_it_is_not_granted_again_as_it_was(alter: Alter, limit: Limit, *, gone: bool) -> None:
    """Within two minutes after the last yes."""
    world = a_world(TWO)
    before = granted(world)
    write(world, alter(before))
    with suppress(RefusedError):  # Who is told that nothing can be cut has cut nothing.
        limit(world)
        work(world)
        work(world)
        if gone:
            take_off(world, alter(before))
        write_back(world, before)
        assert latest(world) <= NOON + HOUR / 2


def test_holder_keeps_what_is_free_beside_a_cut_of_theirs() -> None:
    """What one took off oneself one takes back, whoever looks at all objects of it."""
    world = a_world(TWO)
    granted(world)
    shorten(Shorten(actor=ALICE, target=FIRST, length=HOUR / 2), world.ask)
    work(world)
    assert latest(world) == NOON + HOUR + HOUR / 2


class Unlisted:
    """A cluster that refuses to list, or does and counts what is read of it."""

    def __init__(self, inner: Any, *, refuses: bool) -> None:
        self._inner, self._refuses = inner, refuses
        self.read_of = list[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def of_leases(self, leases: Any, install: str) -> Any:
        """Refuse, or list what is there a thousand times, under other names."""
        if self._refuses:
            raise PermanentOutsideError("may not list")
        (one,) = self._inner.of_leases(leases, install)
        ref = one.ref
        return [replace(one, ref=replace(ref, name=f"{ref.name}{n}")) for n in range(1_000)]

    def read(self, ref: ObjectRef) -> Any:
        """Count."""
        self.read_of.append(ref.name)
        return self._inner.read(ref)


@pytest.mark.parametrize("refuses", [False, True])
def test_cut_reaches_what_a_lease_names_whatever_is_listed(*, refuses: bool) -> None:
    """Nothing was counted of it, so that what bears its label is listed."""
    world = a_world(TWO)
    granted(world)
    world.store.commit(Change(move=world.ids.move(), tallies=(uncounted(world),)))
    cut(world)
    cluster = Unlisted(world.clusters["prod"], refuses=refuses)
    work(world, ports=with_cluster(world.grants(), cluster))
    assert latest(world) <= NOON + HOUR / 2
    assert len(cluster.read_of) < 2 * NAMES


def uncounted(world: World) -> Tally:
    return replace(world.store.tally("prod", "alice@example.com"), starts=())


def test_a_yes_that_was_used_for_one_object_is_behind_a_cut_for_the_other() -> None:
    """Half an hour more comes to the one that is named; dan takes it off; then the other is."""
    world = a_world(a_catalog(workflows=(replace(TWO.workflows[0], extensions=0),)))
    before = in_two_places(world)
    one, other = attempt_of(before).objects
    more = extend(Extend(actor=ALICE, target=FIRST, length=HOUR / 2), world.ask).request
    assert more is not None
    decide(Decide(actor=BOB, target=more.id, yes=True), world.ask)
    write(world, having(before, objects=(one,)))
    decide(Decide(actor=DAN, target=more.id, yes=True), world.ask)
    waiting = lease_of(world)
    work(world)
    write(world, having(lease_of(world), objects=(one, other)))
    world.clock.advance(MINUTE)
    shorten(Shorten(actor=DAN, target=FIRST, length=HOUR / 2), world.ask)
    work(world)
    write(world, having(waiting, objects=(other,)))
    look(world, PromiseKind.ADJUST)
    assert latest(world) <= NOON + HOUR


@pytest.mark.parametrize("named", [0, 1])
def test_last_yes_for_less_reaches_what_a_lease_does_not_name(named: int) -> None:
    """Dan gives ten minutes of two hours to the one that is named; an hour is free of the other."""
    world = a_world(TWO)
    before = in_two_places(world)
    both = attempt_of(before).objects
    more = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert more is not None
    decide(Decide(actor=BOB, target=more.id, yes=True), world.ask)
    write(world, having(before, objects=(both[named],)))
    decide(Decide(actor=DAN, target=more.id, yes=True, duration=10 * MINUTE), world.ask)
    work(world)
    write(world, having(before, objects=(both[1 - named],)))
    assert latest(world) <= NOON + HOUR + 10 * MINUTE


@pytest.mark.parametrize("cluster", ["dev", "nowhere"])
@pytest.mark.parametrize("nobody", [False, True])
def test_who_left_loses_what_seems_to_be_elsewhere(cluster: str, *, nobody: bool) -> None:
    """Whoever alters it is the one that looks at holders; the request says where it is."""
    world = a_world(TWO)
    before = granted(world)
    write(world, replace(before, cluster=cluster))
    if nobody:
        world.people.put(a_profile("alice", deactivated=True))
    rules = world.catalog if nobody else replace(world.catalog, workflows=())
    look_at_alice(world, catalog=rules, read_at=NOON + MINUTE)
    work(world)
    assert names(world) == []
