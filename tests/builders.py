"""Values for tests, complete by default: a test says only what it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.memory.cluster import MemoryCluster
from daypass.adapters.memory.heartbeats import MemoryHeartbeats
from daypass.adapters.memory.ids import CountedIds
from daypass.adapters.memory.people import MemoryPeople
from daypass.adapters.memory.pictures import MemoryPictures
from daypass.adapters.memory.store import MemoryStore
from daypass.adapters.memory.trail import MemoryArchive, MemoryTrail
from daypass.domain.catalog import Catalog, Step
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch, Watermark
from daypass.domain.ids import MoveId, PersonId, RequestId, lease_id
from daypass.domain.lease import Lease
from daypass.domain.people import Person, Profile
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import Meaning, meaning, together
from daypass.domain.request import Ask, Item, Plan, Request
from daypass.domain.scope import within
from daypass.ports import (
    AskPorts,
    Change,
    Chat,
    GrantPorts,
    Known,
    Ledger,
    NotifyPorts,
    TrailPorts,
    Witness,
)
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests import rules
from tests.admins import ADMINS, SUDO, of_admins

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EPOCH = "epoch-1"
KEY = b"k" * 32
KNOWN = Known(epoch=EPOCH, since=NOON, event="", at=NOON)
SRE, ENGINEERS = rules.SRE, rules.ENGINEERS
a_level, a_group_level, a_mirror = rules.a_level, rules.a_group_level, rules.a_mirror
a_workflow, a_catalog = rules.a_workflow, rules.a_catalog
unbounded = rules.unbounded
A = TypeVar("A")
B = TypeVar("B")


def a_profile(name: str, **fields: Any) -> Profile:
    """Return a full member called `name`, with the id U0NAME and a confirmed email."""
    default = Profile(
        id=PersonId(f"U0{name.upper()}"),
        workspace="T0DEMO",
        name=name,
        email=f"{name}@example.com",
        seen_at=NOON,
    )
    return replace(default, **fields)


def a_person(name: str = "alice", *teams: str, **fields: Any) -> Person:
    """Return a trusted person; without teams an engineer."""
    default = Person(
        id=PersonId(f"U0{name.upper()}"),
        name=name,
        email=f"{name}@example.com",
        teams=frozenset(teams or ("engineers",)),
        verified_at=NOON,
    )
    return replace(default, **fields)


PODS = PolicyRule(verbs=("get", "list"), resources=("pods",))


def meanings(*roles: str) -> dict[str, Meaning]:
    """Return what those roles mean: to read pods."""
    return dict.fromkeys(roles, meaning((PODS,)))


READS_PODS = together(meanings("ClusterRole/view").items()).digest
"""What `debug` means where its role is as in `meanings`."""


def a_snapshot(cluster: str = "prod", **fields: Any) -> Snapshot:
    """Return a fresh look at a cluster that has all that `a_catalog` needs."""
    default = Snapshot(
        cluster=cluster,
        taken_at=NOON,
        means={
            **meanings("ClusterRole/view"),
            **of_admins(),
        },
        namespaces=frozenset({"default", "payments", "team-a", "team-b"}),
    )
    return replace(default, **fields)


def an_ask(**fields: Any) -> Ask:
    """Return what alice asks for: debug on prod, for an hour, with a reason."""
    default = Ask(
        requester=a_person(),
        cluster="prod",
        levels=("debug",),
        duration=timedelta(hours=1),
        reason="INC-42",
    )
    return replace(default, **fields)


def a_plan(**fields: Any) -> Plan:
    """Return what `an_ask` comes to."""
    default = Plan(
        items=(
            Item(
                level="debug",
                scope=within("payments"),
                workflow="production",
                gives="ClusterRole/view",
                meaning=READS_PODS,
            ),
        ),
        duration=timedelta(hours=1),
        longest=timedelta(hours=4),
        steps=(Step(by=(SRE,)),),
        channels=(("C0APPROVE",),),
        timeout=timedelta(hours=1),
        self_approval=False,
        version="v1",
        free=timedelta(hours=1),
    )
    return replace(default, **fields)


def a_mark(cluster: str = "prod", **fields: Any) -> Watermark:
    """Return a mark of the store at noon, as the grants worker of that cluster makes it."""
    default = Watermark(epoch=EPOCH, event="", at=NOON)
    return replace(default, **fields).sealed("main", cluster, KEY)


def a_request(**fields: Any) -> Request:
    """Return alice's pending request."""
    default = Request(
        id=RequestId("k7q2m9x4t1bd"),
        ask=an_ask(),
        plan=a_plan(),
        asked_at=NOON,
        lapses_at=NOON + timedelta(hours=1),
    )
    return replace(default, **fields)


def a_lease(**fields: Any) -> Lease:
    """Return the lease of `a_request`, approved by bob, not yet granted."""
    default = Lease(
        id=lease_id(RequestId("k7q2m9x4t1bd"), 1),
        holder=a_person(),
        approvers=("bob@example.com",),
        cluster="prod",
        level="debug",
        scope=within("payments"),
        duration=timedelta(hours=1),
        approved_at=NOON,
    )
    return replace(default, **fields)


def one_after_another(do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
    """Be `ports.Each` without threads."""
    return [do(thing) for thing in things]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything in memory, wired: what a test of use cases stands in."""

    catalog: Catalog
    clock: MemoryClock
    agenda: MemoryAgenda
    heartbeats: MemoryHeartbeats
    pictures: MemoryPictures
    store: MemoryStore
    people: MemoryPeople
    ids: CountedIds
    clusters: dict[str, MemoryCluster]
    witnesses: dict[str, Witness]

    @property
    def ask(self) -> AskPorts:
        """The bot's ports."""
        return AskPorts(**self._common, people=self.people)

    @property
    def _common(self) -> dict[str, Any]:
        names = ("catalog", "store", "clock", "agenda", "heartbeats", "pictures", "ids")
        return {name: getattr(self, name) for name in names}

    @property
    def ledger(self) -> Ledger:
        """What every process has."""
        return Ledger(**self._common)

    def notify(self, chat: Chat | None = None) -> NotifyPorts:
        """Return the notifications worker's ports."""
        return NotifyPorts(
            **self._common,
            people=self.people,
            chat=chat or MemoryChat(),
            read_at=NOON,
        )

    @property
    def trail(self) -> TrailPorts:
        """The timekeeper's ports."""
        return TrailPorts(
            **self._common,
            trail=MemoryTrail(self.store),
            archive=MemoryArchive(self.store),
            key=KEY,
        )

    def grants(self, cluster: str = "prod") -> GrantPorts:
        """Return the grants worker's ports for one cluster."""
        return GrantPorts(
            **self._common,
            cluster=self.clusters[cluster],
            name=cluster,
            key=KEY,
            each=one_after_another,
            each_proof=one_after_another,
            witness=self.witnesses[cluster],
        )


def a_world(catalog: Catalog | None = None, agenda: MemoryAgenda | None = None) -> World:
    """Return a world at noon: alice and carol engineers, bob and dan sre, eve a guest."""
    agenda = agenda or an_agenda()
    clock, heartbeats = agenda.clock, MemoryHeartbeats(agenda)
    store = MemoryStore(agenda)
    rules = catalog or a_catalog()
    heartbeats.beat(TIMEKEEPER_PROCESS)
    for cluster in rules.clusters:
        store.keep_seen(a_snapshot(cluster))
    store.commit(Change(move=MoveId("begun"), epoch=Epoch(id=EPOCH, install="main", begun_at=NOON)))
    return World(
        catalog=rules,
        clock=clock,
        agenda=agenda,
        heartbeats=heartbeats,
        pictures=MemoryPictures(heartbeats),
        store=store,
        people=some_people(),
        ids=CountedIds(),
        clusters={name: a_cluster(name, clock) for name in rules.clusters},
        witnesses={name: Witness(KNOWN) for name in rules.clusters},
    )


def an_agenda() -> MemoryAgenda:
    """Return an empty agenda at noon."""
    return MemoryAgenda(MemoryClock(NOON))


def some_people() -> MemoryPeople:
    """Return the accounts of the sandbox."""
    members = [a_profile(name) for name in ("alice", "bob", "carol", "dan")]
    guest = a_profile("eve", guest=True)
    sre = [PersonId("U0BOB"), PersonId("U0DAN")]
    return MemoryPeople(*members, guest, usergroups={"S0SRE": sre})


def a_cluster(name: str, clock: MemoryClock) -> MemoryCluster:
    """Return a cluster that has all that `a_catalog` needs."""
    cluster = MemoryCluster(
        name,
        clock.now,
        namespaces=("default", "payments", "team-a", "team-b"),
        roles={
            "ClusterRole/view": (PODS,),
            "ClusterRole/daypass-sudo-platform-admins": SUDO,
        },
        bound=[ADMINS],
    )
    cluster.mark = a_mark(name)
    return cluster
