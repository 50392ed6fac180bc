"""A yes to more time that never reached the cluster is used after somebody's later word (law 2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.catalog import Step
from daypass.domain.grant import GrantObject
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Extension, Lease
from daypass.ports import PromiseKind
from daypass.usecases.grants.prolong import PAST
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, SRE, a_catalog, a_snapshot, a_workflow
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR


def asked(scene: Scene, length: timedelta) -> RequestId:
    """Let alice ask for more than is free."""
    request = extend(Extend(actor=ALICE, target=FIRST, length=length), scene.world.ask).request
    assert request is not None
    return request.id


def say_yes(scene: Scene, request: RequestId, length: timedelta | None = None) -> None:
    """Let bob say yes; None: to all of it."""
    decide(Decide(actor=BOB, target=request, yes=True, duration=length), scene.world.ask)


def lease_of(scene: Scene) -> Lease:
    """Return what the store says of it."""
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    return lease


def unused(scene: Scene, length: timedelta) -> Extension:
    """Let bob say yes to so much more, and no worker hear of it."""
    say_yes(scene, asked(scene, length))
    extension = lease_of(scene).extension
    assert extension is not None
    return extension


def take(scene: Scene, length: timedelta, who: PersonId = BOB) -> None:
    """Let somebody take time off the end."""
    shorten(Shorten(actor=who, target=FIRST, length=length), scene.world.ask)


def want_again(scene: Scene, extension: Extension) -> None:
    """Be whoever writes leases alone, and want what was said yes to once more."""
    lease, now = lease_of(scene), scene.clock.now()
    assert lease.ends_at is not None
    again = replace(extension, until=lease.ends_at + extension.length, asked_at=now)
    scene.client.set(keys.lease(FIRST), encode(replace(lease, extensions=(again,))))
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.ADJUST}:{FIRST}": 1})
    scene.work()


def ours(scene: Scene) -> GrantObject:
    """Return the one object."""
    (found,) = scene.world.clusters["prod"].objects
    return found


def pass_some_time(scene: Scene) -> None:
    """Let a quarter of an hour pass, timekeeper and cluster seen."""
    scene.clock.wait = HOUR / 4
    now = scene.clock.now()
    scene.client.set(keys.alive("timekeeper"), f"{now.timestamp() * 1e6:.0f}")
    scene.world.store.keep_seen(a_snapshot(taken_at=now))


def test_a_yes_that_somebody_s_later_cut_overtook_is_not_taken_out_again() -> None:
    """By notifications: the cluster was slow, bob thought better of it, and his yes still lies."""
    scene = Scene()
    first = unused(scene, HOUR + HOUR / 2)
    take(scene, HOUR / 2)
    scene.work()
    end = lease_of(scene).ends_at
    assert ours(scene).expires_at == ours(scene).free_until == end
    pass_some_time(scene)
    want_again(scene, first)
    assert ours(scene).expires_at == end
    assert lease_of(scene).extensions[-1].refused == PAST


def test_a_yes_of_a_first_request_is_not_used_after_a_later_yes_for_less() -> None:
    """By notifications: two yeses, the first overtaken by its holder, the later for less."""
    scene = Scene()
    first = unused(scene, 2 * HOUR)
    take(scene, HOUR / 60, ALICE)
    scene.work()
    say_yes(scene, asked(scene, 2 * HOUR), HOUR / 6)
    scene.work()
    end = lease_of(scene).ends_at
    assert ours(scene).expires_at == ours(scene).free_until == end
    want_again(scene, first)
    assert ours(scene).expires_at == end


def test_a_later_yes_that_leaves_the_end_where_it_is_is_a_last_word_too() -> None:
    """Half an hour off and on again before the worker comes: the object's end is right already."""
    scene = Scene()
    first = unused(scene, HOUR + HOUR / 2)
    before = ours(scene).expires_at
    take(scene, HOUR / 2)
    second = asked(scene, HOUR / 2)
    say_yes(scene, second)
    scene.work()
    assert ours(scene).expires_at == before == lease_of(scene).ends_at
    assert ours(scene).extended_by == (second,)
    want_again(scene, first)
    assert ours(scene).expires_at == before


def test_a_yes_that_the_worker_refused_is_not_used_after_a_later_no() -> None:
    """By notifications: the rules did not give it, they do again, and bob says no meanwhile."""
    scene = Scene()
    first = unused(scene, HOUR + HOUR / 2)
    before = ours(scene).expires_at
    stricter = a_workflow(steps=(Step(by=(SRE,)), Step(by=(SRE,))))
    scene.work(replace(scene.world.grants(), catalog=a_catalog(workflows=(stricter,))))
    assert lease_of(scene).extensions[-1].refused
    assert ours(scene).heard(first.asked_at)
    no = asked(scene, HOUR + HOUR / 2)
    decide(Decide(actor=BOB, target=no, yes=False, reason="enough"), scene.world.ask)
    want_again(scene, first)
    assert ours(scene).expires_at == before


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_a_yes_after_time_was_taken_off_counts_whoever_took_it(who: PersonId) -> None:
    """It was asked for before that, and is said after: the later word."""
    scene = Scene()
    request = asked(scene, HOUR + HOUR / 2)
    take(scene, HOUR / 4, who)
    scene.work()
    say_yes(scene, request)
    scene.work()
    lease = lease_of(scene)
    assert lease.extensions[-1].refused == ""
    assert lease.ends_at is not None
    assert ours(scene).expires_at == lease.ends_at
    assert lease.began_at is not None
    assert lease.ends_at - lease.began_at == 2 * HOUR + HOUR / 4


def test_a_yes_that_a_failover_forgot_may_be_said_again() -> None:
    """By nobody: request and lease are set back by a moment; the object has used that yes."""
    scene = Scene()
    request = asked(scene, HOUR + HOUR / 2)
    names = (keys.request(request), keys.lease(FIRST))
    kept = {name: scene.client.get(name) for name in names}
    pending: Any = scene.client.zrange(keys.PENDING, 0, -1, withscores=True)
    say_yes(scene, request)
    scene.work()
    longer = ours(scene).expires_at
    for name, value in kept.items():
        assert value is not None
        scene.client.set(name, value)
    scene.client.zadd(keys.PENDING, dict(pending))
    reconcile_unasked(scene.world.grants())
    scene.work()
    assert (ours(scene).expires_at or NOON) < (longer or NOON)
    say_yes(scene, request)
    scene.work()
    assert lease_of(scene).extensions[-1].refused == ""
    assert ours(scene).expires_at == longer
