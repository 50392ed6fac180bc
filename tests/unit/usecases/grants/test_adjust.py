"""The end on the cluster follows: objects first for more time, the store first for less."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import EXPIRES_AT, HOLDER, LAST_WORD, MAC, Ends, sealed_by, with_ends
from daypass.domain.lease import Lease, LeaseState
from daypass.ports import NOTIFICATIONS, Change, GrantPorts, PromiseKind
from daypass.usecases.grants.adjust import adjust, ensure_adjusted
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.shared.pauses import SPREAD
from tests.builders import KEY, NOON, World, a_world
from tests.unit.usecases.requests.test_extend import a_granted, say_yes, want, want_approved
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    HOUR,
    actions,
    claim,
    failing,
    grant,
    lease_of,
    look,
    ours,
    pass_time,
    rows,
    work,
)

DOWN = TemporaryOutsideError("prod: unreachable")
NO = PermanentOutsideError("prod: refused")
TEN = timedelta(minutes=10)


def try_once(world: World, ports: GrantPorts | None = None) -> None:
    """Be a grants worker that adjusts what waits for it."""
    adjust(claim(world, PromiseKind.ADJUST), ports or world.grants())


def ends(world: World) -> list[datetime | None]:
    """Return the ends that the objects on prod carry, each under a MAC of ours."""
    objects = world.clusters["prod"].objects
    assert all(sealed_by(one, cluster="prod", key=KEY) for one in objects)
    return [one.expires_at for one in objects]


def cut(world: World, length: timedelta = TEN) -> Lease:
    """Let alice give back some time."""
    return shorten(Shorten(actor=ALICE, target=FIRST, length=length), world.ask)


def test_adjust_gives_the_objects_the_new_end_and_then_the_lease() -> None:
    """The same object, still ours, with another end; the rows follow, and people are told."""
    world, _ = a_granted()
    want(world)
    before = ours(world)
    try_once(world)
    lease, after = lease_of(world), ours(world)
    assert after.ref == before.ref
    assert ends(world) == [NOON + 2 * HOUR] == [lease.ends_at]
    changed = dict.fromkeys((EXPIRES_AT, LAST_WORD, MAC), "")
    assert {**after.annotations, **changed} == {**before.annotations, **changed}
    assert rows(world)[PromiseKind.END, FIRST] == (2 * HOUR).total_seconds()
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)
    assert (PromiseKind.WARN, FIRST) in rows(world, NOTIFICATIONS)
    assert actions(world, FIRST)[-2:] == ["lease.extending", "lease.extended"]


def test_access_goes_on_past_the_old_end_and_ends_at_the_new_one() -> None:
    """Law 3: there is no gap at the old end, and nothing is left at the new one."""
    world, _ = a_granted()
    want(world)
    work(world)
    question = lease_of(world).proof[0]
    cluster = world.clusters["prod"]
    pass_time(world, HOUR.total_seconds() + 5, step=5)
    assert cluster.reviews(question)[0].allowed
    pass_time(world, HOUR.total_seconds(), step=5)
    assert cluster.objects == ()
    assert lease_of(world).state is LeaseState.ENDED


def test_adjust_makes_an_approved_extension_so() -> None:
    """Both cards are told: the lease's own and the one on which it was approved."""
    world, _ = a_granted()
    request = want_approved(world)
    say_yes(world)
    try_once(world)
    assert ends(world) == [NOON + 5 * HOUR]
    cards = {subject for kind, subject in rows(world, NOTIFICATIONS) if kind is PromiseKind.CARD}
    assert cards == {"000000000001", request}
    assert world.store.events[-1].facts["request"] == request


def test_adjust_of_every_object_when_a_lease_has_several() -> None:
    """One lease, several namespaces, one end."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    want(world)
    try_once(world)
    assert ends(world) == [NOON + 2 * HOUR] * 2


def test_adjust_done_twice_changes_nothing() -> None:
    """A promise that comes again finds the end that it wanted."""
    world, _ = a_granted()
    want(world)
    one = claim(world, PromiseKind.ADJUST)
    adjust(one, world.grants())
    lease, found = lease_of(world), ours(world)
    adjust(one, world.grants())
    assert (lease_of(world), ours(world)) == (lease, found)


def test_adjust_brings_the_objects_of_a_shortened_lease_to_its_end() -> None:
    """The store's end counts already; the promise is kept once the objects say the same."""
    world, _ = a_granted()
    shorter = cut(world)
    assert ends(world) == [NOON + HOUR]
    try_once(world)
    assert ends(world) == [NOON + HOUR - TEN] == [shorter.ends_at]
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)


def test_adjust_never_makes_an_object_last_longer_for_the_stores_word_alone() -> None:
    """Law 8: an end in the store that no extension gives moves nothing on the cluster."""
    world, lease = a_granted()
    cut(world)
    forged = replace(lease_of(world), ends_at=NOON + 9 * HOUR)
    world.store.commit(Change(move=world.ids.move(), leases=(forged,)))
    try_once(world)
    assert ends(world) == [lease.ends_at]


@pytest.mark.parametrize("trouble", ["read", "annotate"])
def test_adjust_is_tried_again_when_the_cluster_does_not_answer(trouble: str) -> None:
    """Until the lease ends: with a wait that grows, and never past its end."""
    world, before = a_granted()
    want(world)
    for later, wait in ((0, 0.5), (20, 5), (600, 8)):
        world.clock.advance(timedelta(seconds=later))
        world.heartbeats.beat("timekeeper")
        try_once(world, failing(world, trouble, DOWN))
        assert rows(world)[PromiseKind.ADJUST, FIRST] == pytest.approx(wait, rel=SPREAD, abs=0.01)
    assert lease_of(world).extension is not None
    world.clock.set(NOON + HOUR - timedelta(seconds=3))
    world.heartbeats.beat("timekeeper")
    try_once(world, failing(world, trouble, DOWN))
    assert rows(world)[PromiseKind.ADJUST, FIRST] == 3
    assert ends(world) == [before.ends_at]


def test_adjust_waits_as_long_as_the_cluster_says() -> None:
    """A server that names a wait is heard."""
    world, _ = a_granted()
    cut(world)
    busy = TemporaryOutsideError("prod: busy", delay=timedelta(seconds=7))
    try_once(world, failing(world, "annotate", busy))
    assert 7 <= rows(world)[PromiseKind.ADJUST, FIRST] <= 7 * (1 + SPREAD)


def test_adjust_of_what_nobody_shortened_waits_since_it_was_promised() -> None:
    """Where only the objects were too long there is no cut to count from."""
    world, _ = a_granted()
    found = ours(world)
    annotations = with_ends(
        found, Ends(expires_at=NOON + 3 * HOUR, said_at=NOON), cluster="prod", key=KEY
    )
    world.clusters["prod"].annotate(found, annotations)
    ensure_adjusted(world.clusters["prod"].objects, world.store.live_on("prod"), world.grants())
    try_once(world, failing(world, "annotate", DOWN))
    assert rows(world)[PromiseKind.ADJUST, FIRST] == pytest.approx(0.5, rel=SPREAD)
    world.clock.advance(timedelta(seconds=1))
    work(world)
    assert ends(world) == [NOON + HOUR]


def test_ends_at_its_old_end_when_the_cluster_stays_away() -> None:
    """The store's end rules: what could not be made so in time is not made so after it."""
    world, _ = a_granted()
    want(world)
    world.clusters["prod"].down = True
    pass_time(world, HOUR.total_seconds() + 2, step=10)
    assert lease_of(world).state is LeaseState.REVOKING
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)
    world.clusters["prod"].down = False
    pass_time(world, 10)
    assert world.clusters["prod"].objects == ()
    assert lease_of(world).state is LeaseState.ENDED


def test_adjust_leaves_a_lease_at_its_end_to_the_revocation() -> None:
    """Nothing is given at a moment at which it has to be taken."""
    world, before = a_granted()
    want(world)
    world.clock.set(NOON + HOUR)
    try_once(world)
    assert ends(world) == [before.ends_at]
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)


def test_adjust_takes_back_what_it_had_changed_when_the_rest_is_refused() -> None:
    """Half an extension is none: people are told, and the objects get the lease's end again."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    want(world)
    refused = failing(world, "annotate", NO, lambda found: found.ref.namespace == "team-b")
    try_once(world, refused)
    assert ends(world) == [NOON + 2 * HOUR, NOON + HOUR]
    lease = lease_of(world)
    assert (lease.ends_at, lease.extensions[0].refused) == (NOON + HOUR, "prod: refused")
    assert actions(world, FIRST)[-1] == "lease.not_extended"
    assert rows(world)[PromiseKind.ADJUST, FIRST] == 0
    try_once(world)
    assert ends(world) == [NOON + HOUR] * 2


def test_one_object_that_cannot_be_cut_does_not_save_the_others() -> None:
    """What was replaced by somebody is the reconciliation's; the others end earlier."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    cut(world)
    world.clusters["prod"].remove(world.clusters["prod"].objects[0].ref)
    try_once(world)
    assert ends(world) == [NOON + HOUR - TEN]
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)


def _replaced(world: World) -> None:
    world.clusters["prod"].put(ours(world))


def _altered(world: World) -> None:
    found = ours(world)
    world.clusters["prod"].annotate(found, {EXPIRES_AT: "2099-01-01T00:00:00Z"})


def _of_another(world: World) -> None:
    """Put another lease's holder on it, with a MAC that is ours all the same."""
    found = ours(world)
    changed = replace(found, annotations={**found.annotations, HOLDER: "U0CAROL"})
    sealed = with_ends(changed, Ends(expires_at=NOON + HOUR, said_at=NOON), cluster="prod", key=KEY)
    world.clusters["prod"].annotate(found, {HOLDER: "U0CAROL", **sealed})


@pytest.mark.parametrize("how", [_replaced, _altered, _of_another])
def test_adjust_never_touches_what_is_not_what_was_granted(how: Any) -> None:
    """Never adopt, edit or delete what is not ours: uid, MAC and what it says must all fit."""
    world, _ = a_granted()
    want(world)
    how(world)
    before = ours(world)
    try_once(world)
    assert ours(world) == before
    assert lease_of(world).extensions[0].refused.startswith("RoleBinding payments/daypass-")


def test_ensure_adjusted_promises_for_what_lasts_longer_than_its_lease() -> None:
    """What the reconciliation finds too long is adjusted at once; nothing else is."""
    world, lease = a_granted()
    ports, cluster = world.grants(), world.clusters["prod"]
    leases = world.store.live_on("prod")
    ensure_adjusted(cluster.objects, leases, ports)
    ensure_adjusted(cluster.objects, {}, ports)
    endless = replace(ours(world), annotations={})
    ensure_adjusted([endless], leases, ports)
    ensure_adjusted(cluster.objects, {FIRST: replace(lease, ends_at=None)}, ports)
    over = replace(lease, state=LeaseState.REVOKING, ends_at=NOON)
    ensure_adjusted(cluster.objects, {FIRST: over}, ports)
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)
    ensure_adjusted(cluster.objects, {FIRST: replace(lease, ends_at=NOON + TEN)}, ports)
    assert rows(world)[PromiseKind.ADJUST, FIRST] == 0


def test_reconciliation_has_adjusted_what_lasts_longer_than_its_lease() -> None:
    """Law 2: a late write of a later end is found, and taken back."""
    world, _ = a_granted()
    found = ours(world)
    later = with_ends(
        found, Ends(expires_at=NOON + 2 * HOUR, said_at=NOON), cluster="prod", key=KEY
    )
    world.clusters["prod"].annotate(found, later)
    look(world)
    work(world)
    assert ends(world) == [NOON + HOUR]


def test_ensure_adjusted_leaves_what_is_being_adjusted() -> None:
    """Whoever has claimed it, or waits for its turn, is let finish."""
    world, lease = a_granted()
    found, leases = world.clusters["prod"].objects, {FIRST: replace(lease, ends_at=NOON + TEN)}
    ensure_adjusted(found, leases, world.grants())
    (claim,) = world.agenda.claim("prod", 9, [PromiseKind.ADJUST])
    ensure_adjusted(found, leases, world.grants())
    assert world.agenda.finish(claim)
