"""What may be asked for, where, by whom, and who says yes: `daypass.yaml` as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import partial
from typing import Final

from daypass.domain.people import Person, spelled
from daypass.domain.risk import Risk, met
from daypass.domain.roles import Part, RoleRef, digest_of
from daypass.domain.scope import Scope
from daypass.domain.template import filled

MAX_REASON: Final = 1_000
"""Characters; a card's section holds 3,000 and the reason may double when it is escaped."""

LONGEST_LEASE: Final = timedelta(hours=24)
"""With all its extensions, unless a workflow gives more at once; the guard on a cluster agrees."""
_GLOB: Final = frozenset("*?[")


class Delivery(StrEnum):
    """How a level reaches the person (ADR 0004: `binding` for a role, `sudo` for a group)."""

    BINDING = "binding"
    SUDO = "sudo"
    MIRROR = "mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A team by name or one person by mailbox; exactly one of the two is set."""

    team: str = ""
    email: str = ""

    def covers(self, person: Person) -> bool:
        """Whether `person`, as last verified, is meant."""
        return self.team in person.teams if self.team else self.email == person.mailbox

    def __str__(self) -> str:
        """Read as the configuration writes it."""
        return f"team:{self.team}" if self.team else self.email


def covered(principals: tuple[Principal, ...], person: Person) -> bool:
    """Whether any of `principals` means `person`."""
    return any(principal.covers(person) for principal in principals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Some people: every full member, a Slack user group, listed mailboxes, or several of these."""

    name: str
    everyone: bool = False
    usergroup: str = ""
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Selects clusters: all of `labels` equal and, if there are `names`, one of those globs."""

    labels: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def selects(self, cluster: "Cluster") -> bool:
        """Whether `cluster` is meant; an empty selector means every cluster."""
        labelled = all(cluster.labels.get(key) == value for key, value in self.labels.items())
        return labelled and matches(cluster.name, self.names)


def is_glob(name: str) -> bool:
    """Whether a name stands for several."""
    return not _GLOB.isdisjoint(name)


def matches(name: str, globs: tuple[str, ...]) -> bool:
    """Whether one of `globs` matches, or there are none."""
    return not globs or any(fnmatchcase(name, glob) for glob in globs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One API server as rules see it; how to reach it is the grants worker's business."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    username: str = "{email}"
    overrides: Mapping[str, str] = field(default_factory=dict)
    context: str = ""

    def context_of(self, person: Person) -> str:
        """Return what `person` calls this cluster in their kubeconfig; empty when nobody said."""
        return filled(self.context, person.email)

    def username_of(self, person: Person) -> str:
        """Return the name by which this API server knows `person` (never typed by the person).

        To Kubernetes names that differ in one letter's case are two users.
        """
        own = self.override_of(person)
        return filled(self.username if own is None else own, person.email)

    def override_of(self, person: Person) -> str | None:
        """Return what was written for `person` alone, by account or else by email."""
        return self.overrides.get(person.id, self.overrides.get(person.mailbox))

    def identities_of(self, person: Person) -> frozenset[tuple[str, str]]:
        """Return by what `person` is told from others here: nobody else shares any of it.

        Usernames are compared without case, though Kubernetes tells them apart: whoever is
        spelled in two ways is one person.
        """
        username = spelled(self.username_of(person))
        return frozenset(
            {("account", person.id), ("mailbox", person.mailbox), ("username", username)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A privilege level: a role in some place, or membership of a group.

    Exactly one of `role` and `group` is set. A role level holds cluster-wide, in `namespaces`,
    or in namespaces that the person picks among the globs of `choose`. One that mirrors a group
    has the `parts` that the group is to be bound to, and holds where they do.
    """

    name: str
    summary: str
    clusters: Selector
    role: RoleRef | None = None
    group: str = ""
    delivery: Delivery = Delivery.BINDING
    cluster_wide: bool = False
    namespaces: tuple[str, ...] = ()
    choose: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def gives(self) -> str:
        """Name the role, or the group and how it reaches the person: other parts, another name."""
        if self.role is not None:
            return str(self.role)
        of = f" {digest_of(self.parts)}" if self.parts else ""
        return f"Group/{self.group} by {self.delivery}{of}"

    @property
    def anywhere(self) -> Scope:
        """Every place where it may hold; a glob stands for the namespaces that it matches."""
        return Scope(namespaces=(*self.namespaces, *self.choose))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`count` different people out of `by` must say yes."""

    by: tuple[Principal, ...]
    count: int = 1


def named(steps: Iterable[Step]) -> tuple[Principal, ...]:
    """Return whoever is named in some step, without doubles."""
    return tuple(dict.fromkeys(one for step in steps for one in step.by))


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """What is refused, asks `step` too, or lasts `most` at most, by the risks of a level."""

    refuse: tuple[Risk, ...] = ()
    asks: tuple[Risk, ...] = ()
    step: Step | None = None
    short: tuple[Risk, ...] = ()
    most: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """Who may ask for which levels where, who must approve, and for how long at most."""

    name: str
    clusters: Selector
    requesters: tuple[Principal, ...]
    levels: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    channel: str = ""
    default_duration: timedelta = timedelta(hours=1)
    max_duration: timedelta = timedelta(hours=4)
    reason_required: bool = True
    timeout: timedelta = timedelta(hours=1)
    self_approval: bool = False
    extensions: int = 1
    """How often a lease is extended without asking anybody, where somebody is asked for it."""
    at_once: int = 1
    """How many leases for a level one person holds in one place at one time."""
    risk: RiskRule = RiskRule()
    default_level: str = ""
    """The level that is meant where its requesters name none; empty: one has to be named."""

    def decides(self, person: Person, cluster: Cluster, level: str) -> bool:
        """Whether this workflow is the one for that ask."""
        here = self.clusters.selects(cluster) and matches(level, self.levels)
        return here and covered(self.requesters, person)

    @property
    def every_step(self) -> tuple[Step, ...]:
        """Return the steps with the one that only risks ask for."""
        return self.steps if self.risk.step is None else (*self.steps, self.risk.step)

    def facing(self, risks: Iterable[Risk]) -> "Workflow":
        """Return what the rules come to for a level with these risks."""
        there = tuple(risks)
        asks, short = met(there, self.risk.asks), met(there, self.risk.short)
        most = (self.risk.most if short else None) or self.max_duration
        longest = min(self.max_duration, most)
        return replace(
            self,
            steps=self.every_step if asks else self.steps,
            default_duration=min(self.default_duration, longest),
            max_duration=longest,
        )

    def about(self, cluster: Cluster, levels: Iterable[str]) -> bool:
        """Whether it may decide about one of these levels there, whoever asks."""
        return self.clusters.selects(cluster) and any(matches(one, self.levels) for one in levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The whole configuration that rules need; `version` changes with its content."""

    install: str
    version: str
    admins: tuple[Principal, ...]
    teams: Mapping[str, Team]
    clusters: Mapping[str, Cluster]
    levels: tuple[Level, ...]
    """A name may be there several times, on a cluster it is once: see `domain.levels`."""
    workflows: tuple[Workflow, ...]
    offboard_within: timedelta = timedelta(minutes=1)
    retention: timedelta | None = None
    """How long what is over is kept; None: for ever."""
    grants_per_minute: int = 30
    """The fuse: how many leases one person is granted on one cluster within a minute. Two of the
    largest requests (`legible.MOST_LEVELS`) fit; a person who asks by hand does not come near."""

    @property
    def look_at_holders(self) -> timedelta:
        """How often to ask Slack about whoever holds a lease; the rest is for the revocation."""
        return self.offboard_within / 2

    @property
    def longest(self) -> timedelta:
        """Return how long a lease may last with all its extensions."""
        return max([LONGEST_LEASE, *(w.max_duration for w in self.workflows)])

    def workflow_for(self, person: Person, cluster: Cluster, level: str) -> Workflow | None:
        """Return the first workflow that matches, or None: no workflow means no."""
        return next((w for w in self.workflows if w.decides(person, cluster, level)), None)

    def as_listed(self, person: Person) -> Person:
        """Return a person without the teams that list their people here, and not this one.

        Who is in a user group is Slack's to say: whoever has no Slack believes the store.
        """
        return replace(person, teams=frozenset(filter(partial(self._lists, person), person.teams)))

    def team(self, name: str) -> Team:
        """Return a team; one that is not configured, or no longer, has nobody in it."""
        return self.teams.get(name, Team(name=name))

    def _lists(self, person: Person, name: str) -> bool:
        team = self.team(name)
        return team.everyone or bool(team.usergroup) or person.mailbox in team.emails

    def workflow(self, name: str) -> Workflow | None:
        """Return the workflow of that name, if there still is one."""
        return next((w for w in self.workflows if w.name == name), None)
