"""What levels rest on is looked at, and what shifts is said once, with what is kept (law 7)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.store import MemoryStore
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch
from daypass.domain.ids import MoveId
from daypass.domain.lease import EndCause
from daypass.domain.rbac import PolicyRule
from daypass.domain.shifting import QUIET
from daypass.ports import NOTIFICATIONS, Change, PromiseKind
from daypass.usecases.grants.look_around import TOLD, keep_and_say, look_around
from tests.builders import PODS, World, a_catalog, a_level, a_world, unbounded
from tests.unit.usecases.scenes import Meanwhile, ask, grant, look, rows

VIEW = "ClusterRole/view"
SECRETS = PolicyRule(verbs=("get",), resources=("secrets",))
SECOND = timedelta(seconds=1)


@pytest.fixture
def world() -> World:
    """Return a world that was looked at once."""
    world = a_world()
    world.clock.advance(SECOND)
    look(world)
    return world


def seen_again(world: World, *rules: PolicyRule, wait: timedelta = SECOND) -> list[AuditEvent]:
    """Let the role allow that, or be gone; return what the next look says."""
    world.clusters["prod"].roles.pop(VIEW, None)
    if rules:
        world.clusters["prod"].roles[VIEW] = rules
    world.clock.advance(wait)
    before = len(said(world))
    look_around(world.grants())
    return said(world)[before:]


def said(world: World) -> list[AuditEvent]:
    """Return all events of shifts."""
    return [one for one in world.store.events if one.action is Action.LEVEL_CHANGED]


def test_look_says_what_changed_and_for_whom(world: World) -> None:
    """Digests, the risks that came, the levels, and how many ask for it or have it."""
    grant(world)
    ask(world, "debug", namespaces=("payments",), actor="U0CAROL")
    (event,) = seen_again(world, PODS, SECRETS)
    assert (event.subject, event.cluster, event.actor) == (VIEW, "prod", "grants worker")
    facts = dict(event.facts)
    assert facts.pop("was") != facts.pop("now")
    assert facts.pop("levels").split(", ")[0] == "debug"
    assert facts == {"what": "changed", "risks_gained": "secrets", "requests": "2"}
    cards = {key for key, at in rows(world, NOTIFICATIONS).items() if at == 0}
    assert (PromiseKind.SHIFTS, "prod") in cards
    assert {name for kind, name in cards if kind is PromiseKind.CARD} == {
        "000000000001", "000000000002",
    }  # fmt: skip


def test_look_says_that_it_went_and_that_it_is_back(world: World) -> None:
    """A level points at it, though nobody has it or asks for it."""
    (gone,) = seen_again(world)
    assert gone.facts["what"] == "disappeared"
    assert "now" not in gone.facts
    (back,) = seen_again(world, PODS, wait=QUIET)
    assert (back.facts["what"], back.facts["requests"]) == ("appeared", "0")


def test_look_says_each_change_once(world: World) -> None:
    """The next look, of whichever process, compares with what people know."""
    assert len(seen_again(world, SECRETS)) == 1
    assert seen_again(world, SECRETS) == []
    assert seen_again(world, SECRETS, wait=QUIET) == []


def test_first_look_says_nothing() -> None:
    """Nothing was known before, so nothing changed."""
    world = a_world()
    assert seen_again(world) == []


def test_look_says_nothing_of_what_nobody_points_at(world: World) -> None:
    """A namespace that people may choose, and nobody has, comes and goes unsaid."""
    world.clusters["prod"].remove_namespace("team-b")
    assert seen_again(world, PODS) == []


def test_look_says_nothing_in_restore_mode_and_all_of_it_after(world: World) -> None:
    """What the store says is doubted; once the cluster is proven people hear what is so."""
    epoch = world.store.epoch()
    assert epoch is not None
    doubted = replace(epoch, unproven=frozenset({"prod"}))
    world.store.commit(Change(move=MoveId("doubted"), epoch=doubted))
    assert seen_again(world, SECRETS) == []
    proven = Epoch(
        id=epoch.id, install="main", begun_at=epoch.begun_at, version=doubted.version + 1
    )
    world.store.commit(Change(move=MoveId("proven"), epoch=proven))
    assert len(seen_again(world, SECRETS)) == 1


def test_two_looks_at_once_say_it_once(world: World) -> None:
    """Whoever compared with what is not kept any more compares again."""
    ports = world.grants()
    world.clusters["prod"].roles[VIEW] = (SECRETS,)
    world.clock.advance(SECOND)
    store = Meanwhile(world.store, "keep_seen", lambda: look_around(world.grants()))
    asked, later = world.store.seen()["prod"].asked_for, world.clock.now() + SECOND
    seen = replace(ports.cluster.discover(asked), taken_at=later, asked_for=asked)
    keep_and_say(seen, replace(ports, store=store))
    assert len(said(world)) == 1
    assert world.store.seen()["prod"].taken_at == seen.taken_at


def test_an_older_look_is_dropped(world: World) -> None:
    """Of two looks that overlap the one that began later is believed, and nothing flaps."""
    old = replace(world.store.seen()["prod"], means={})
    seen_again(world, PODS)
    keep_and_say(old, world.grants())
    assert said(world) == []
    assert VIEW in world.store.seen()["prod"].means


class Contended(MemoryStore):
    """A store that holds something else than it says, as one does that somebody damaged."""

    def keep_seen(
        self, snapshot: Snapshot, *, after: Snapshot | None = None, with_it: Change | None = None
    ) -> bool:
        """Keep only what was compared with nothing."""
        return after is None and super().keep_seen(snapshot, with_it=with_it)


def test_a_look_is_kept_whatever_is_there_after_some_tries(world: World) -> None:
    """A snapshot that somebody damaged stops no later one: at worst something is said twice."""
    store = Contended(world.agenda)
    store.keep_seen(world.store.seen()["prod"])
    world.clock.advance(SECOND)
    look_around(replace(world.grants(), store=store))
    assert store.seen()["prod"].taken_at == world.clock.now()


class Deaf(MemoryStore):
    """A store in which somebody's later look is always kept just before ours."""

    def keep_seen(
        self,
        snapshot: Snapshot,  # noqa: ARG002 - As the port says; so for the others.
        *,
        after: Snapshot | None = None,  # noqa: ARG002
        with_it: Change | None = None,  # noqa: ARG002
    ) -> bool:
        """Keep nothing."""
        return False


def test_a_look_gives_up_where_later_ones_are_kept(world: World) -> None:
    """The later ones are believed."""
    look_around(replace(world.grants(), store=Deaf(world.agenda)))
    assert said(world) == []


def test_who_has_no_more_of_it_and_what_is_no_level_any_more_are_not_told(world: World) -> None:
    """A lease that ends, and one of a level that the configuration has no more."""
    lease = grant(world, "debug", "platform-admins")
    world.store.commit(Change(move=MoveId("over"), leases=(lease.ending(EndCause.RELEASED),)))
    levels = (a_level(),)
    ports = replace(world.grants(), catalog=replace(world.catalog, levels=levels))
    world.clusters["prod"].roles[VIEW] = (SECRETS,)
    world.clock.advance(SECOND)
    look_around(ports)
    assert [event.facts["requests"] for event in said(world)] == ["0"]


def test_who_waits_is_told_before_who_has_it_and_not_all_of_many() -> None:
    """Slack takes a message a second: it is not flooded by one change."""
    world = a_world(unbounded(a_catalog(levels=(a_level(),))))
    world.clock.advance(SECOND)
    look(world)
    for _ in range(TOLD):
        grant(world)
    waiting = ask(world).request.id
    world.clock.advance(timedelta(minutes=2))
    world.heartbeats.beat("timekeeper")
    (event,) = seen_again(world, SECRETS)
    assert event.facts["requests"] == str(TOLD + 1)
    due = [name for (kind, name), at in rows(world, NOTIFICATIONS).items() if at == 0]
    assert waiting in due
    assert len(due) == TOLD + 1, "the announcement is one more"
