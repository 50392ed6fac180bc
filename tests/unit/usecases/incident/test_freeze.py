"""A freeze stops whatever would be granted, wherever it is asked, until somebody lifts it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.epoch import Epoch
from daypass.domain.errors import PermanentOutsideError, UnreadableError
from daypass.domain.lease import LeaseState
from daypass.domain.reasons import FreezeUnreadable, Frozen, HoldsSecret, NotFrozen, UnknownCluster
from daypass.ports import Change
from daypass.usecases.grants.reconcile import first_look
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants, freeze, thaw
from daypass.usecases.incident.survey import Backlog, survey
from daypass.usecases.requests.browse import Browse, catalog
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.offering import OfferState
from daypass.usecases.shared.standing import EVERYWHERE
from tests.builders import NOON, World, a_snapshot, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    Failing,
    actions,
    approve,
    ask,
    grant,
    lease_of,
    pass_time,
    refusal,
    refusals,
    work,
)


def _freeze(world: World, *clusters: str, why: str = "INC-42") -> None:
    freeze(FreezeGrants(actor="U0DAN", by="dan", why=why, clusters=clusters), world.ask)


def _thaw(world: World, *clusters: str) -> None:
    thaw(ThawGrants(actor="U0DAN", clusters=clusters, why=" over "), world.ask)


def test_freeze_refuses_new_requests_with_who_and_why() -> None:
    """Whoever asks reads who stopped it and why."""
    world = a_world()
    _freeze(world)
    assert refusal(lambda: ask(world)) == Frozen(by="dan", why="INC-42", where="")
    assert not world.store.pending()


def test_freeze_refuses_the_click_that_would_approve() -> None:
    """Better than an approval that fails two minutes later; a no is still a no."""
    world = a_world()
    asked = ask(world).request
    _freeze(world, "prod")
    yes = Decide(actor=BOB, target=asked.id, yes=True)
    assert refusal(lambda: decide(yes, world.ask)) == Frozen(by="dan", why="INC-42", where="prod")
    assert world.store.pending()
    no = Decide(actor=BOB, target=asked.id, yes=False, reason="not now")
    assert decide(no, world.ask).state.value == "denied"


def test_freeze_makes_what_was_approved_wait_and_then_fail() -> None:
    """The grants worker judges anew; what waits says why, and ends at its deadline (law 6)."""
    world = a_world()
    approve(world)
    _freeze(world)
    work(world)
    lease = lease_of(world)
    assert lease.state is LeaseState.GRANTING
    assert lease.why == "No access is granted for now; dan stopped it: INC-42."
    pass_time(world, 60)
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))
    pass_time(world, 70)
    over = lease_of(world)
    assert over.state is LeaseState.ENDED
    assert "dan stopped it: INC-42" in over.why
    assert not world.clusters["prod"].objects


def test_freeze_is_granted_after_a_thaw_in_time() -> None:
    """What was approved before goes on where the freeze is short."""
    world = a_world()
    approve(world)
    _freeze(world)
    work(world)
    _thaw(world)
    pass_time(world, 10)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_freeze_leaves_what_is_granted() -> None:
    """Ending it is another decision."""
    world = a_world()
    grant(world)
    _freeze(world)
    pass_time(world, 60)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_freeze_refuses_more_time_for_what_is_granted() -> None:
    """To keep something longer is to be granted it anew; less time is always fine."""
    world = a_world()
    lease = grant(world)
    _freeze(world)
    more = Extend(actor=ALICE, target=lease.id, length=timedelta(minutes=30))
    assert refusal(lambda: extend(more, world.ask)) == Frozen(by="dan", why="INC-42", where="")
    assert lease_of(world).extension is None


def test_freeze_shows_in_the_catalog() -> None:
    """What cannot be had says why, before anybody asks."""
    world = a_world()
    _freeze(world, "prod")
    offers = catalog(Browse(actor=CAROL), world.ask)
    frozen = Frozen(by="dan", why="INC-42", where="prod")
    assert {one.state for one in offers if one.cluster.name == "prod"} == {OfferState.UNAVAILABLE}
    assert all(frozen in one.why for one in offers if one.cluster.name == "prod")
    assert {one.state for one in offers if one.cluster.name == "dev"} == {OfferState.AVAILABLE}


def test_freezes_add_up_and_thaw_one_by_one() -> None:
    """A cluster is frozen until it is thawed by name or all is."""
    world = a_world()
    _freeze(world, "prod")
    _freeze(world, "dev", why="")
    frozen = world.store.freeze()
    assert frozen is not None
    assert frozen.clusters == {"prod", "dev"}
    assert not frozen.everywhere
    _thaw(world, "prod")
    ask(world)
    assert isinstance(
        refusal(lambda: ask(world, "open", cluster="dev", namespaces=("team-a",))), Frozen
    )
    _freeze(world)
    assert refusal(lambda: _thaw(world, "dev")) == NotFrozen(cluster="dev", everywhere=True)
    _thaw(world)
    ask(world, actor=CAROL)
    assert refusal(lambda: _thaw(world)) == NotFrozen()


def test_thaw_refuses_what_is_not_frozen() -> None:
    """A misspelt name must not read like a thaw."""
    world = a_world()
    assert refusal(lambda: _thaw(world)) == NotFrozen()
    _freeze(world, "dev")
    assert refusal(lambda: _thaw(world, "prod")) == NotFrozen(cluster="prod")
    secret = ThawGrants(actor="U0DAN", why="xoxb-1234567890-ab")
    assert isinstance(refusal(lambda: thaw(secret, world.ask)), HoldsSecret)


def test_thaw_refuses_a_freeze_that_cannot_be_read_and_names_the_way_out() -> None:
    """What was stopped is not known: it is said anew first, and lifted then."""
    world = a_world()
    _freeze(world, "prod")
    store: Any = Failing(world.store, "freeze", UnreadableError("damaged"), lambda _: True)
    damaged = replace(world, store=store)
    assert refusal(lambda: _thaw(damaged)) == FreezeUnreadable()
    _freeze(damaged)
    _thaw(world)
    held = world.store.freeze()
    assert held is not None
    assert not held.on


def test_freeze_refuses_clusters_that_there_are_not() -> None:
    """With the nearest name, and every other fault at once."""
    world = a_world()
    unknown, secret = sorted(
        refusals(lambda: _freeze(world, "prdo", why="xoxb-1234567890-ab")),
        key=lambda one: type(one).__name__,
        reverse=True,
    )
    assert isinstance(unknown, UnknownCluster)
    assert unknown.nearest == ("prod",)
    assert isinstance(secret, HoldsSecret)
    assert world.store.freeze() is None


def test_freeze_and_thaw_are_in_the_audit_trail() -> None:
    """Who, where and why, one event each (law 7)."""
    world = a_world()
    _freeze(world)
    _thaw(world)
    _freeze(world, "dev", "prod", why="")
    said = [(one.action.value, one.subject, dict(one.facts)) for one in world.store.events]
    assert said == [
        ("grants.frozen", EVERYWHERE, {"why": "INC-42"}),
        ("grants.thawed", EVERYWHERE, {"why": "over"}),
        ("grants.frozen", "dev, prod", {}),
    ]
    assert {one.actor for one in world.store.events} == {"U0DAN"}
    assert actions(world, EVERYWHERE) == ["grants.frozen", "grants.thawed"]


def test_every_cluster_is_told_at_once_of_a_freeze_and_of_its_end() -> None:
    """A store that is lost a moment later has not lost the last word."""
    world = a_world()
    for change, by in ((_freeze, True), (_thaw, False)):
        world.clock.advance(timedelta(seconds=1))
        change(world)
        for cluster in ("prod", "dev"):
            work(world, cluster)
            mark = world.clusters[cluster].mark
            assert mark is not None
            assert mark.freeze is not None
            assert (mark.freeze.everywhere, mark.freeze.at) == (by, world.clock.now())


def test_cluster_that_missed_the_thaw_does_not_freeze_again() -> None:
    """Of two marks the later word holds, whichever is read first; the trail says what it was."""
    world = a_world()
    _freeze(world)
    work(world)
    world.clock.advance(timedelta(seconds=1))
    _thaw(world)
    work(world, "dev")
    world.store.set_back(None)
    for cluster in ("prod", "dev"):
        world.clock.advance(timedelta(seconds=60))
        first_look(world.grants(cluster))
        work(world, cluster)
    kept = world.store.freeze()
    assert kept is not None
    assert not kept.everywhere
    said = [(one.action.value, one.subject) for one in world.store.events if "from" in one.facts]
    assert said == [("grants.frozen", EVERYWHERE), ("grants.thawed", EVERYWHERE)]


def test_survey_tells_how_everything_stands() -> None:
    """Per cluster what is granted, late, frozen, looked at; and what waits."""
    world = a_world()
    grant(world)
    ask(world, actor=CAROL)
    world.store.keep_seen(a_snapshot("old"))
    _freeze(world, "prod")
    world.clock.advance(timedelta(hours=2))
    found = survey(world.ask)
    prod, dev, old = found.clusters
    assert (prod.name, prod.leases, prod.frozen, prod.configured) == (
        "prod",
        {LeaseState.ACTIVE: 1},
        True,
        True,
    )
    assert prod.backlog.overdue >= 1
    assert prod.backlog.since is not None
    assert (dev.leases, dev.frozen, dev.seen_at) == ({}, False, NOON)
    assert (old.name, old.configured, old.backlog) == ("old", False, Backlog())
    assert found.waiting == 1
    assert found.timekeeper.overdue == 1
    assert found.freeze is not None
    assert found.freeze.by == "dan"


@pytest.mark.parametrize("thawed", [True, False])
def test_survey_shows_no_freeze_where_there_is_none(*, thawed: bool) -> None:
    """A freeze that was lifted is none; a cluster that nobody looked at has no time."""
    world = a_world()
    if thawed:
        _freeze(world)
        _thaw(world)
    found = survey(world.ask)
    assert found.freeze is None
    assert not any(one.frozen or one.restoring for one in found.clusters)


def test_survey_names_clusters_in_restore_mode() -> None:
    """Nothing is granted there until it was looked at."""
    world = a_world()
    epoch = world.store.epoch() or Epoch(id="first", install="main", begun_at=NOON)
    doubted = epoch.doubting(frozenset({"prod"}))
    world.store.commit(Change(move=world.ids.move(), epoch=doubted))
    assert [one.restoring for one in survey(world.ask).clusters] == [True, False]


def test_survey_says_so_where_the_trail_takes_no_event() -> None:
    """Something else stands where it is to be: nothing is granted then, and no end waits for it."""
    world = a_world()
    none: Any = Failing(
        world.store, "last_event", PermanentOutsideError("no stream"), lambda _: True
    )
    assert not survey(world.ask).full
    assert survey(replace(world.ask, store=none)).full
