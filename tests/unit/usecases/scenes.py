"""Scenes that tests of use cases begin with, and ports at which something happens meanwhile."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.catalog import Catalog
from daypass.domain.errors import DaypassError, OutsideError, RefusedError
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject, Subject
from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.offboarding import Offboarding
from daypass.domain.reasons import Reason
from daypass.domain.request import Request
from daypass.domain.roles import RoleRef
from daypass.ports import AskPorts, Change, Claim, GrantPorts, PromiseKind
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.offboarded import end_offboarded
from daypass.usecases.grants.provision import provision
from daypass.usecases.grants.reconcile import first_look, reconcile
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.submit import Submit, Submitted, submit
from tests.builders import World
from tests.property.crashing import run_all

ALICE, BOB, CAROL, DAN, EVE = (
    PersonId(f"U0{name}") for name in ("ALICE", "BOB", "CAROL", "DAN", "EVE")
)
HOUR = timedelta(hours=1)
FIRST, SECOND = LeaseId("000000000001-1"), LeaseId("000000000001-2")


def ask(world: World, *levels: str, **fields: Any) -> Submitted:
    """Let alice ask for debug on prod, for an hour, with a reason, unless told otherwise."""
    default = Submit(
        actor=ALICE, cluster="prod", levels=levels or ("debug",), duration=HOUR, reason="INC-42"
    )
    return submit(replace(default, **fields), world.ask)


def approve(world: World, *levels: str, **fields: Any) -> Request:
    """Let bob approve what alice asks for."""
    asked = ask(world, *levels, **fields)
    return decide(Decide(actor=BOB, target=asked.request.id, yes=True), world.ask)


def grant(world: World, *levels: str, **fields: Any) -> Lease:
    """Let alice have what she asks for; return her first lease."""
    request = approve(world, *levels, **fields)
    work(world)
    return lease_of(world, request.lease_ids[0])


def lease_of(world: World, name: LeaseId = FIRST) -> Lease:
    """Return a lease that must be there."""
    lease = world.store.lease(name)
    assert lease is not None
    return lease


def claim(world: World, kind: PromiseKind, cluster: str = "prod") -> Claim:
    """Claim the one promise of that kind; the others due are claimed and left."""
    (one,) = [c for c in world.agenda.claim(cluster, 50) if c.promise.kind is kind]
    return one


def work(world: World, cluster: str = "prod", ports: GrantPorts | None = None) -> None:
    """Be a grants worker that sees to all that is due."""
    run_all(world.agenda.claim(cluster, 50), ports or world.grants(cluster))


def try_once(world: World, ports: GrantPorts | None = None) -> None:
    """Be a grants worker that tries to grant the one lease that waits."""
    provision(claim(world, PromiseKind.PROVISION), ports or world.grants())


def names(world: World) -> list[str]:
    """Return the names of the objects on prod."""
    return [found.ref.name for found in world.clusters["prod"].objects]


def known_as(world: World, names: Mapping[str, str], cluster: str = "prod") -> World:
    """Return the world with a configuration by which a cluster knows people by these names."""
    one = replace(world.catalog.clusters[cluster], overrides=names)
    clusters = {**world.catalog.clusters, cluster: one}
    return replace(world, catalog=replace(world.catalog, clusters=clusters))


def under(world: World, catalog: Catalog) -> GrantPorts:
    """Return the grants worker's ports on prod with another configuration."""
    return replace(world.grants(), catalog=catalog)


def pass_time(world: World, seconds: float, step: float = 1) -> None:
    """Let time pass in steps, a grants worker and a timekeeper at work all the while."""
    until = world.clock.now() + timedelta(seconds=seconds)
    while world.clock.now() < until:
        world.clock.advance(timedelta(seconds=step))
        world.heartbeats.beat("timekeeper")
        work(world)


def obey(world: World, said: Iterable[Offboarding]) -> tuple[Lease, ...]:
    """Be the grants workers that end what was said; return that. It is still to be revoked."""
    names = [one.lease for one in said]
    ended = (
        end_offboarded(names, world.grants(cluster), claimed=True) for cluster in world.clusters
    )
    return tuple(lease for some in ended for lease in some.values())


def refusals(do: Callable[[], object]) -> tuple[Reason, ...]:
    """Return the reasons for which something is refused."""
    with pytest.raises(RefusedError) as caught:
        do()
    return caught.value.reasons


def refusal(do: Callable[[], object]) -> Reason:
    """Return the one reason for which something is refused."""
    (reason,) = refusals(do)
    return reason


def actions(world: World, subject: str = "") -> list[str]:
    """Return what the audit trail says happened, to `subject` if it is given."""
    return [one.action.value for one in world.store.events if subject in ("", one.subject)]


def rows(world: World, due: str = "prod") -> dict[tuple[PromiseKind, str], float]:
    """Return a set's promises: how many seconds from now each is due."""
    now = world.clock.now()
    return {row: (at - now).total_seconds() for row, at in world.agenda.promises(due).items()}


class Meanwhile:
    """A port at which `then` happens once, before the next call of `method`."""

    def __init__(self, inner: object, method: str, then: Callable[[], object]) -> None:
        self._inner = inner
        self._method = method
        self._then: Callable[[], object] | None = then

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._then is not None:
            then, self._then = self._then, None
            then()
        return getattr(self._inner, name)


class Failing:
    """A port of which `method` raises `error` for arguments that `when` picks."""

    def __init__(
        self, inner: object, method: str, error: DaypassError, when: Callable[[Any], bool]
    ) -> None:
        self._inner = inner
        self._method = method
        self._error = error
        self._when = when

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)
        if name != self._method:
            return call

        def called(*args: Any) -> Any:
            if self._when(args[0] if args else None):
                raise self._error
            return call(*args)

        return called


def with_store(ports: AskPorts, store: object) -> AskPorts:
    """Return the bot's ports on another store."""
    return replace(ports, store=cast("Any", store))


def with_cluster(ports: GrantPorts, cluster: object) -> GrantPorts:
    """Return the worker's ports on another cluster."""
    return replace(ports, cluster=cast("Any", cluster))


def due(world: World, kind: PromiseKind = PromiseKind.END) -> list[Claim]:
    """Claim the promises of that kind on prod; the others due are claimed and left."""
    return [one for one in world.agenda.claim("prod", 50) if one.promise.kind is kind]


def revoke_due(world: World, ports: GrantPorts | None = None) -> None:
    """Be a grants worker that revokes what is due on prod."""
    revoke(due(world), ports or world.grants())


def release_one(world: World, who: PersonId, lease: LeaseId) -> None:
    """Let somebody release one lease."""
    release(Release(actor=who, target=lease), world.ask)


def let_go(world: World, target: str = "000000000001") -> None:
    """Let alice release what she has."""
    release(Release(actor=ALICE, target=target), world.ask)


def failing(
    world: World, method: str, error: OutsideError, when: Callable[[Any], bool] = lambda _: True
) -> GrantPorts:
    """Return the grants worker's ports on prod, where a method fails."""
    return with_cluster(world.grants(), Failing(world.clusters["prod"], method, error, when))


def stray(world: World, lease: LeaseId, **fields: Any) -> GrantObject:
    """Put an object under a lease's label on prod that nobody planned."""
    found = GrantObject(
        ref=ObjectRef(kind="RoleBinding", namespace="team-a", name="stray"),
        role=RoleRef(name="view"),
        subjects=(Subject(name="alice@example.com"),),
        labels={MANAGED_BY: "daypass", LEASE: lease, INSTALL: "main"},
    )
    return world.clusters["prod"].put(replace(found, **fields))


def look(world: World, ports: GrantPorts | None = None) -> Findings:
    """Be a grants worker that reconciles prod."""
    first_look(world.grants())
    (one,) = due(world, PromiseKind.RECONCILE)
    return reconcile(one, ports or world.grants())


def ours(world: World) -> GrantObject:
    """Return the only object on prod."""
    (found,) = world.clusters["prod"].objects
    return found


def forget(world: World, *clusters: str) -> None:
    """Have the store be one that was lost: these clusters were not looked at since."""
    epoch = world.store.epoch()
    assert epoch is not None
    doubted = epoch.doubting(frozenset(clusters))
    world.store.commit(Change(move=world.ids.move(), epoch=doubted))
