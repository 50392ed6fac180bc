"""A lease is altered before somebody sets a limit, and put right again once that is stored.

By notifications, whose user writes leases and no request: the limit is to reach the objects, or
what is there goes.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daypass.domain.catalog import Step
from daypass.domain.errors import RefusedError
from daypass.domain.lease import Attempt, Lease
from daypass.ports import Change
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, SRE, World, a_catalog, a_person, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, HOUR, ask, lease_of, names, work

MINUTE = timedelta(minutes=1)
TWO = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,), count=2),)),))
Alter = Callable[[Lease], Lease]


def attempt_of(lease: Lease) -> Attempt:
    assert lease.attempt is not None
    return lease.attempt


def of_dan(lease: Lease) -> Lease:
    """Have it be held by who is going to cut."""
    return replace(lease, holder=replace(lease.holder, id=a_person("dan").id))


def elsewhere(lease: Lease) -> Lease:
    """Have it be of another cluster, whose worker has nothing to do."""
    return replace(lease, cluster="dev")


def with_other_uid(lease: Lease) -> Lease:
    """Have its object be another one of that name."""
    (ref,) = attempt_of(lease).objects
    return having(lease, objects=(replace(ref, uid="other"),))


def with_other_name(lease: Lease) -> Lease:
    """Have it name another object."""
    (ref,) = attempt_of(lease).objects
    return having(lease, objects=(replace(ref, name=f"{ref.name}-9"),))


def without_objects(lease: Lease) -> Lease:
    """Have it name none."""
    return having(lease, objects=())


def without_attempt(lease: Lease) -> Lease:
    """Have it seem as if it never began."""
    return replace(lease, attempt=None)


def with_nothing_free(lease: Lease) -> Lease:
    """Have nothing be free of it already."""
    return having(lease, free_until=lease.ends_at)


def with_nothing_said(lease: Lease) -> Lease:
    """Have it say nothing of what is free."""
    return having(lease, free_until=None)


def having(lease: Lease, **fields: Any) -> Lease:
    return replace(lease, attempt=replace(attempt_of(lease), **fields))


def write(world: World, lease: Lease) -> None:
    """Be notifications: write a lease over whatever is there."""
    lease = replace(lease, version=lease_of(world).version)
    world.store.commit(Change(move=world.ids.move(), leases=(lease,)))


def granted(world: World) -> Lease:
    """Let bob and dan give alice an hour, and one more without asking again."""
    first = ask(world).request
    for who in (BOB, DAN):
        decide(Decide(actor=who, target=first.id, yes=True), world.ask)
    work(world)
    return lease_of(world)


def both_work(world: World) -> None:
    """Let the workers of both clusters see to what is due."""
    work(world, "dev")
    work(world)


def put_right(world: World, before: Lease) -> None:
    """Be notifications again: all but the end is as it was."""
    after = lease_of(world)
    attempt = replace(attempt_of(before), expires_at=after.ends_at or NOON)
    write(world, replace(before, state=after.state, ends_at=after.ends_at, attempt=attempt))


def latest(world: World) -> datetime:
    """Let alice take what is free; return until when anything of it is there."""
    with suppress(RefusedError):
        extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    work(world)
    return max((one.expires_at or NOON for one in world.clusters["prod"].objects), default=NOON)


@pytest.mark.parametrize(
    "alter",
    [of_dan, elsewhere, with_other_uid, with_other_name, without_objects, without_attempt],
)
def test_what_somebody_took_off_is_not_free(alter: Alter) -> None:
    """Dan leaves half an hour of it; without his cut it could last for two."""
    world = a_world(TWO)
    before = granted(world)
    write(world, alter(before))
    shorten(Shorten(actor=DAN, target=FIRST, length=HOUR / 2), world.ask)
    both_work(world)
    put_right(world, before)
    assert latest(world) <= NOON + HOUR / 2


@pytest.mark.parametrize(
    "alter", [of_dan, elsewhere, with_other_uid, with_other_name, without_attempt]
)
def test_what_somebody_ended_is_not_there(alter: Alter) -> None:
    """Dan ends it; that is said once it is so."""
    world = a_world(TWO)
    before = granted(world)
    write(world, alter(before))
    end(End(actor=DAN, target=FIRST, reason="enough"), world.ask)
    both_work(world)
    assert names(world) == []


@pytest.mark.parametrize("alter", [with_nothing_free, with_nothing_said, with_other_uid, elsewhere])
def test_what_somebody_said_of_more_holds(alter: Alter) -> None:
    """Bob, the first of two, gives ten minutes of two hours, and alice takes that back."""
    world = a_world(TWO)
    before = granted(world)
    more = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert more is not None
    write(world, alter(before))
    decide(Decide(actor=BOB, target=more.id, yes=True, duration=10 * MINUTE), world.ask)
    both_work(world)
    put_right(world, before)
    cancel(Cancel(actor=ALICE, target=more.id), world.ask)
    assert latest(world) <= NOON + HOUR + 10 * MINUTE
