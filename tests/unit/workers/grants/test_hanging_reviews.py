"""A namespace of which no access review comes in time costs the threads little, and is said."""

import math
from contextlib import ExitStack, suppress
from typing import Final

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.domain.review import Question
from daypass.usecases.grants.revoke import UNSAID
from tests.builders import World, a_world
from tests.unit.usecases.scenes import Failing, grant, lease_of, let_go, revoke_due, with_cluster
from tests.unit.workers.grants.test_breaker import Watch
from tests.unit.workers.grants.test_hanging import LATER, TIMEOUT
from workers.grants.breaker import Breaker
from workers.grants.hanging import FAILURES, LONGEST, REST, Hanging

LATE = TemporaryOutsideError("prod: POST …: the server does not answer in time")


AN_HOUR: Final = 3600.0


def in_namespace(name: str) -> Question:
    """Return what is asked about somebody there."""
    return Question(user="alice", verb="get", resource="pods", namespace=name)


def hung_together(hanging: Hanging, watch: Watch) -> None:
    """Let sixteen calls hang at one time."""
    with ExitStack() as calls:
        for _ in range(16):
            calls.enter_context(hanging.calling("payments"))
        watch.now += TIMEOUT
        raise LATE


def in_front_of(world: World, watch: Watch, bad: set[str]) -> Breaker:
    """Return a breaker before a cluster of which reviews in a `bad` namespace never come."""

    def slowly(question: Question) -> bool:
        hangs = question.namespace in bad
        watch.now += TIMEOUT * hangs
        return hangs

    failing = Failing(world.clusters["prod"], "reviews", LATE, slowly)
    return Breaker("prod", with_cluster(world.grants(), failing).cluster, lambda: watch.now)


def test_a_lease_there_waits_for_no_time_out_and_is_over_once_that_is() -> None:
    """Law 3: sixteen that wait for one namespace's reviews had held everybody's ends."""
    world, watch, bad = a_world(), Watch(), {"payments"}
    grant(world)
    let_go(world)
    ports = with_cluster(world.grants(), in_front_of(world, watch, bad))
    for _ in range(3 * FAILURES):
        revoke_due(world, ports)
        world.clock.advance(LATER)
    assert watch.now == 100 + FAILURES * TIMEOUT
    assert list(world.clusters["prod"].ours()) == []
    assert lease_of(world).kept.startswith(UNSAID)
    bad.clear()
    watch.now += REST
    revoke_due(world, ports)
    assert lease_of(world).state is LeaseState.ENDED


def test_nothing_is_said_where_the_cluster_is_away() -> None:
    """That is told otherwise, and once for all."""
    world = a_world()
    grant(world)
    let_go(world)
    silent = Failing(world.clusters["prod"], "reviews", LATE, lambda _: True)
    away = Failing(silent, "probe", LATE, lambda _: True)
    revoke_due(world, with_cluster(world.grants(), away))
    assert lease_of(world).state is LeaseState.REVOKING
    assert lease_of(world).kept == ""


def test_each_rest_is_twice_as_long_as_the_last() -> None:
    """Law 3: what is asked goes on in the server for minutes after nobody waits for it any more.

    One such namespace, in which nobody did anything more, took the server's processors from every
    end of the cluster.
    """
    world, watch = a_world(), Watch()
    breaker = in_front_of(world, watch, {"payments"})
    asked, began = 0, watch.now
    while watch.now < began + AN_HOUR:
        before = watch.now
        with suppress(TemporaryOutsideError):
            breaker.reviews(in_namespace("payments"))
        asked += watch.now > before
        watch.now += 1
    assert FAILURES < asked < 2 * FAILURES + AN_HOUR / LONGEST + math.log2(LONGEST)
    breaker.reviews(in_namespace("team-a"))


def test_many_that_hang_at_one_time_rest_once() -> None:
    """A server that stood still for a moment is asked again as soon as after one that hung."""
    watch = Watch()
    hanging = Hanging("prod", lambda: watch.now, longest=LONGEST)
    with pytest.raises(TemporaryOutsideError):
        hung_together(hanging, watch)
    with pytest.raises(TemporaryOutsideError), hanging.calling("payments"):
        pass
    watch.now += REST
    with hanging.calling("payments"):
        pass
