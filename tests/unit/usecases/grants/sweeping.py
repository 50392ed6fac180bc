"""What tests of sweeping begin with: wishes, objects, and a cluster at which something happens."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.grant import (
    EXPIRES_AT,
    INSTALL,
    MAC,
    Entitlement,
    GrantObject,
    fix_attempt,
    planned,
)
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.domain.suspicion import Suspicion
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.sweep import Sweep, Swept, sweep
from tests.builders import KEY, NOON, a_catalog, a_lease, a_level, one_after_another

WISH = Sweep(install="main", cluster="prod", key=KEY)
KEYLESS = replace(WISH, key=None)
EVERYTHING = replace(WISH, everything=True)
END = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Trying(MemoryCluster):
    """A cluster at which something happens when it is asked to delete, or was listed."""

    on_list: Callable[[], None] = staticmethod(lambda: None)
    on_delete: Callable[[ObjectRef], bool] = staticmethod(lambda _: True)
    """Returns whether the object really goes."""

    def ours(self) -> Iterator[GrantObject]:
        """List, then let it happen."""
        yield from super().ours()
        self.on_list()

    def delete(self, ref: ObjectRef) -> tuple[str, ...] | None:
        """Delete if it is let."""
        return super().delete(ref) if self.on_delete(ref) else ()


def a_trying(at: datetime = NOON) -> Trying:
    return Trying("prod", lambda: at, namespaces=("payments",))


def an_object(number: int = 1, **said: str) -> GrantObject:
    """Return what the lease k7q2m9x4t1bd-NUMBER is on prod, until END; `end`, `mac` after that."""
    lease = a_lease(id=LeaseId(f"k7q2m9x4t1bd-{number}"))
    prod = a_catalog().clusters["prod"]
    entitlement = Entitlement(lease=lease, level=a_level(), cluster=prod, install="main", key=KEY)
    (found,) = planned(entitlement, fix_attempt(lease, a_level(), NOON))
    names = {"end": EXPIRES_AT, "mac": MAC}
    new = {names[name]: text for name, text in said.items()}
    return replace(found, annotations={**found.annotations, **new})


def of_install(found: GrantObject, install: str) -> GrantObject:
    """Return it as another install has it, with a MAC that is none of ours."""
    theirs = relabelled(found, install)
    return replace(theirs, annotations={**found.annotations, MAC: "theirs"})


def relabelled(found: GrantObject, install: str) -> GrantObject:
    """Return one of ours that somebody gave to another install."""
    return replace(found, labels={**found.labels, INSTALL: install})


def swept(cluster: MemoryCluster, wish: Sweep = WISH) -> Swept:
    return sweep(wish, cluster, one_after_another)


def why(deletions: tuple[Deletion, ...]) -> dict[str, Suspicion]:
    return {one.found.lease: one.why for one in deletions}
