"""Tens of thousands of live leases with their objects: through the store, on real API servers."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, repeat
from typing import Final

from bench.crowd import Crowd
from bench.floor import Bare, Floor, measure, one_by_one
from bench.holding import held
from bench.places import EVERYWHERE, Place
from daypass.adapters.kubernetes.manifests import RBAC, Manifest, binding, rules
from daypass.domain.catalog import Catalog, Level
from daypass.domain.grant import Entitlement, fix_attempt, planned
from daypass.domain.ids import LeaseId, PersonId, lease_id
from daypass.domain.lease import Lease, Proof
from daypass.domain.levels import levels_on
from daypass.domain.people import Person, spelled
from daypass.domain.rbac import PolicyRule, probes
from daypass.domain.scope import within
from daypass.domain.tally import Tally
from daypass.ports import Change, Promise
from daypass.settings import GrantsSettings
from daypass.usecases.shared.rows import end_row, holder_row, warn_rows
from sandbox.stack import ROLES, Stack

ROLE: Final = "view"
"""What the levels of both places give."""
UNUSED: Final = 60_000
"""Numbers from here to 80,000 stand for leases that nobody is given."""
_BATCH: Final = 100
_THREADS: Final = 16
_PEOPLE: Final = 2_000
_SHORTEST: Final = timedelta(hours=2)
_LONGEST: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Gives people leases as the grants worker would have: same objects, same MAC, same rows."""

    crowd: Crowd
    catalog: Catalog
    key: bytes
    servers: dict[str, Bare]
    gives: tuple[PolicyRule, ...]
    """The rules of the level's role."""

    @classmethod
    def of(cls, stack: Stack, crowd: Crowd) -> "Population":
        """Return that of a running stack."""
        folder = stack.configured.folder
        settings = GrantsSettings.read(stack.configured.environment("grants", *ROLES["grants"]))
        servers = {one.name: Bare(one, folder / f"{one.name}-token") for one in stack.clusters}
        role = servers["prod"].call("GET", f"{RBAC}/clusterroles/{ROLE}", {})
        return cls(
            crowd=crowd,
            catalog=crowd.ports.catalog,
            key=settings.mac_key,
            servers=servers,
            gives=rules(role),
        )

    def settle(self, numbers: range, clusters: Sequence[str]) -> list[LeaseId]:
        """Create a lease with one object for each number, evenly over clusters and namespaces.

        No two of different numbers are of one person in one namespace of one cluster.
        """
        left = iter(numbers)
        made: list[LeaseId] = []
        with ThreadPoolExecutor(_THREADS) as pool:
            while batch := list(islice(left, _BATCH)):
                now = self.crowd.clock.now()
                leases = [self._new(number, clusters, now) for number in batch]
                given = list(pool.map(self._given, leases, repeat(now)))
                self._commit(given, now)
                made += [lease.id for lease in given]
        return made

    def _new(
        self, number: int, clusters: Sequence[str], now: datetime, *, place: Place = EVERYWHERE
    ) -> Lease:
        turn, which = divmod(number, len(place.namespaces))
        return Lease(
            id=lease_id(self.crowd.ports.ids.request(), 1),
            holder=_person((101 * turn + which) % _PEOPLE, now),
            approvers=("bob@example.com",),
            cluster=clusters[turn % len(clusters)],
            level=place.level,
            scope=within(place.namespaces[which]),
            duration=_SHORTEST + (_LONGEST - _SHORTEST) * (7_919 * number % 10_007) / 10_007,
            approved_at=now,
        )

    def bindings(self, numbers: range, cluster: str, place: Place = EVERYWHERE) -> list[Manifest]:
        """Return the objects of leases that nobody has."""
        now = self.crowd.clock.now()
        leases = [self._new(number, [cluster], now, place=place) for number in numbers]
        return [
            binding(one)
            for lease in leases
            for one in planned(self._deed(lease), fix_attempt(lease, self._level(lease), now))
        ]

    def floor(self, stack: Stack, count: int, *, place: Place = EVERYWHERE) -> Floor:
        """Measure the floor on prod as it is now, with so many objects that are no lease's.

        They lie where that lies which is measured, for a review goes through all bindings of its
        namespace.
        """
        bindings = self.bindings(range(UNUSED, UNUSED + count), "prod", place)
        with _unseen(stack):
            return measure(self.servers["prod"], bindings)

    def one_by_one(self, stack: Stack, count: int) -> Sequence[float]:
        """Measure create + first yes on prod as it is now."""
        bindings = self.bindings(range(UNUSED, UNUSED + count), "prod")
        with _unseen(stack):
            return one_by_one(self.servers["prod"], bindings)

    def _given(self, lease: Lease, now: datetime) -> Lease:
        entitlement, bare = self._deed(lease), self.servers[lease.cluster]
        attempt = fix_attempt(lease, entitlement.level, now)
        made = planned(entitlement, attempt)
        objects = tuple(
            replace(one.ref, uid=bare.create(binding(one))["metadata"]["uid"]) for one in made
        )
        asked = tuple(question for one in made for question in probes(one, self.gives))
        proof = Proof(attempt=replace(attempt, objects=objects), questions=asked)
        return lease.starting(attempt).granted(proof, now)

    def _level(self, lease: Lease) -> Level:
        here = levels_on(lease.cluster, self.catalog)
        return next(one for one in here if one.name == lease.level)

    def _deed(self, lease: Lease) -> Entitlement:
        return Entitlement(
            lease=lease,
            level=self._level(lease),
            cluster=self.catalog.clusters[lease.cluster],
            install=self.catalog.install,
            key=self.key,
        )

    def _commit(self, leases: Sequence[Lease], now: datetime) -> None:
        self.crowd.store.commit(
            Change(
                move=self.crowd.ports.ids.move(),
                leases=tuple(leases),
                tallies=tuple(self._counted(leases, now)),
                promises=(
                    *(row for lease in leases for row in _rows(lease, now)),
                    *(
                        holder_row(one.holder.id, now + self.catalog.look_at_holders)
                        for one in leases
                    ),
                ),
            )
        )

    def _counted(self, leases: Sequence[Lease], now: datetime) -> Iterator[Tally]:
        """Yield the tallies with them: no end takes a lease for whole that is in none."""
        store, longest = self.crowd.store, self.catalog.longest
        of_each: dict[tuple[str, str], list[Lease]] = {}
        for lease in leases:
            username = spelled(self.catalog.clusters[lease.cluster].username_of(lease.holder))
            of_each.setdefault((lease.cluster, username), []).append(lease)
        for (cluster, username), theirs in of_each.items():
            tally = store.tally(cluster, username)
            for lease in theirs:
                tally = tally.counting(lease, now, longest)
            yield tally


def _rows(lease: Lease, now: datetime) -> Iterator[Promise]:
    yield end_row(lease, lease.ends_at or now)
    yield from warn_rows(lease, now)


def _unseen(stack: Stack) -> AbstractContextManager[None]:
    """Hold the grants worker: to it these are objects of leases that do not exist."""
    return held(stack, "grants")


def _person(number: int, now: datetime) -> Person:
    return Person(
        id=PersonId(f"U1{number:06}"),
        name=f"p{number}",
        email=f"p{number}@example.com",
        teams=frozenset({"engineers"}),
        verified_at=now,
    )
