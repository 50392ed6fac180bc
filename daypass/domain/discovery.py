"""What a cluster last showed of itself, and what a level needs of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.catalog import Delivery, Level, RoleKind
from daypass.domain.scope import Scope

FRESH: Final = timedelta(seconds=90)
"""A snapshot older than three missed reconciles says nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Names seen by the last successful reconcile of `cluster`, which ended at `taken_at`.

    `roles` holds `ClusterRole/view` and `Role/payments/log-reader`.
    """

    cluster: str
    taken_at: datetime
    roles: frozenset[str]
    groups: frozenset[str]
    namespaces: frozenset[str]
    version: str = ""

    def fresh(self, now: datetime) -> bool:
        """Whether it may still be believed at `now`."""
        return now - self.taken_at <= FRESH


def sudo_role(level: str) -> str:
    """Name the static ClusterRole that lets its holder act as `level`'s group."""
    return f"daypass-sudo-{level}"


def sudo_user(level: str) -> str:
    """Name the user that a holder of `level` acts as."""
    return f"daypass:{level}"


def missing(level: Level, scope: Scope, snapshot: Snapshot) -> tuple[str, ...]:
    """Name what `level` needs in `scope` and the cluster does not have."""
    lacking = [f"namespace {n}" for n in scope.namespaces if n not in snapshot.namespaces]
    lacking += [name for name in _roles(level, scope) if name not in snapshot.roles]
    return tuple(lacking)


def _roles(level: Level, scope: Scope) -> Iterator[str]:
    if level.delivery is Delivery.SUDO:
        yield f"{RoleKind.CLUSTER_ROLE}/{sudo_role(level.name)}"
    elif level.role is not None and level.role.kind is RoleKind.ROLE:
        yield from (f"{RoleKind.ROLE}/{name}/{level.role.name}" for name in scope.namespaces)
    elif level.role is not None:
        yield str(level.role)
