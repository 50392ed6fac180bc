"""Of what happens to a lease at once while its objects are adjusted the earlier end wins."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.holding import lasts
from daypass.domain.lease import LeaseState
from daypass.ports import Change, PromiseKind
from daypass.usecases.grants.adjust import adjust
from daypass.usecases.requests.release import Release, release
from daypass.usecases.shared.holdings import tallies_of
from tests.builders import NOON
from tests.unit.usecases.grants.test_adjust import NO, TEN, cut, ends, try_once
from tests.unit.usecases.requests.test_extend import a_granted, say_yes, want, want_approved
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    HOUR,
    Failing,
    Meanwhile,
    claim,
    lease_of,
    pass_time,
    rows,
    with_cluster,
    work,
)


@pytest.mark.parametrize("moment", ["read", "annotate"])
def test_adjust_loses_against_an_end_that_is_decided_meanwhile(moment: str) -> None:
    """Of extending and ending at once the end wins, and nothing is left."""
    world, _ = a_granted()
    want(world)
    cluster = Meanwhile(
        world.clusters["prod"],
        moment,
        lambda: release(Release(actor=ALICE, target=FIRST), world.ask),
    )
    try_once(world, with_cluster(world.grants(), cluster))
    assert lease_of(world).state is LeaseState.REVOKING
    pass_time(world, 5)
    assert world.clusters["prod"].objects == ()


def test_adjust_refuses_nothing_that_somebody_moved_meanwhile() -> None:
    """A refusal that comes second changes nothing: whoever was first decided."""
    world, _ = a_granted()
    want(world)
    cluster = Meanwhile(
        Failing(world.clusters["prod"], "annotate", NO, lambda _: True),
        "annotate",
        lambda: cut(world),
    )
    try_once(world, with_cluster(world.grants(), cluster))
    assert lease_of(world).extensions[0].refused == "it was shortened meanwhile"


def test_adjust_takes_an_extension_back_that_was_shortened_meanwhile() -> None:
    """An object that got the later end between the cut and its promise gets the earlier one."""
    world, _ = a_granted()
    want(world)
    cluster = Meanwhile(world.clusters["prod"], "annotate", lambda: cut(world))
    try_once(world, with_cluster(world.grants(), cluster))
    assert ends(world) == [NOON + 2 * HOUR]
    pass_time(world, 2)
    assert ends(world) == [NOON + HOUR - TEN] == [lease_of(world).ends_at]


def test_adjust_has_nothing_to_do_once_the_lease_is_over() -> None:
    """A worker that wakes up late keeps its promise and touches nothing."""
    world, before = a_granted()
    want(world)
    late = claim(world, PromiseKind.ADJUST)
    release(Release(actor=ALICE, target=FIRST), world.ask)
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)
    adjust(late, world.grants())
    assert ends(world) == [before.ends_at]
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)


def test_adjust_confirms_what_an_earlier_try_gave_already() -> None:
    """The store failed once the object had its later end: nothing is written a second time."""
    world, before = a_granted()
    want_approved(world)
    say_yes(world)
    no = TemporaryOutsideError("no answer")
    failing = Failing(world.store, "commit", no, lambda _: True)
    try_once(world, replace(world.grants(), store=cast("Any", failing)))
    given = ends(world)
    assert before.ends_at is not None
    assert given != [before.ends_at]
    world.clock.advance(timedelta(seconds=15))
    world.heartbeats.beat("timekeeper")
    writes_nothing = Failing(world.clusters["prod"], "annotate", NO, lambda _: True)
    try_once(world, with_cluster(world.grants(), writes_nothing))
    assert ends(world) == given == [lease_of(world).ends_at]
    assert lease_of(world).extension is None


def test_adjust_gives_what_was_free_once_more_and_no_more_than_that() -> None:
    """What nobody approved has no moment of its own: the object hears of it again."""
    world, _ = a_granted()
    want(world)
    no = TemporaryOutsideError("no answer")
    failing = Failing(world.store, "commit", no, lambda _: True)
    try_once(world, replace(world.grants(), store=cast("Any", failing)))
    given = ends(world)
    pass_time(world, 15)
    assert ends(world) == given == [lease_of(world).ends_at]
    assert lease_of(world).extension is None


def test_what_lasts_longer_by_now_is_counted_for_so_long() -> None:
    """The rules may have given less when it was begun, and may give less again: it runs on."""
    world, lease = a_granted()
    (tally,) = tallies_of([lease], world.grants()).values()
    assert tally is not None
    short = replace(tally, starts=tuple(replace(one, longest=HOUR) for one in tally.starts))
    world.store.commit(Change(move=world.ids.move(), tallies=(short,)))
    want_approved(world)
    say_yes(world)
    work(world)
    lease = lease_of(world)
    (tally,) = tallies_of([lease], world.grants()).values()
    assert tally is not None
    assert [one.longest for one in tally.starts] == [lasts(lease)] == [5 * HOUR]
