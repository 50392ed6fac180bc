"""A cluster as whoever watches it sees it: everybody's roles, bindings, namespaces and accounts.

Our own bindings are not in it: leases say more of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from daypass.domain.freshness import fresh
from daypass.domain.grant import Subject
from daypass.domain.rbac.bindings import Binding, key_of
from daypass.domain.rbac.rules import PolicyRule
from daypass.domain.roles import RoleRef

CURRENT: Final = timedelta(seconds=30)
"""After the last word of whoever watches a picture is old, and its age is said: that word comes
every ten seconds."""


class Kind(StrEnum):
    """What there is in a picture, in Kubernetes' own names."""

    NAMESPACE = "Namespace"
    SERVICE_ACCOUNT = "ServiceAccount"
    ROLE = "Role"
    CLUSTER_ROLE = "ClusterRole"
    ROLE_BINDING = "RoleBinding"
    CLUSTER_ROLE_BINDING = "ClusterRoleBinding"


ROLES: Final = (Kind.ROLE, Kind.CLUSTER_ROLE)
BINDINGS: Final = (Kind.ROLE_BINDING, Kind.CLUSTER_ROLE_BINDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on a cluster. `rules` are a role's, `role` and `subjects` a binding's.

    `left_out` counts the rules or subjects that were too many or too long to be kept: what a role
    does not allow by the others it may allow all the same.
    """

    kind: Kind
    namespace: str = ""
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[PolicyRule, ...] = ()
    aggregated: bool = False
    """A ClusterRole whose rules are gathered from others."""
    role: RoleRef | None = None
    subjects: tuple[Subject, ...] = ()
    left_out: int = 0

    @property
    def key(self) -> str:
        """Name it as snapshots and bindings do: `ClusterRole/view`, `Role/payments/log-reader`."""
        return key_of(self.kind, self.namespace, self.name)

    @property
    def binding(self) -> Binding | None:
        """What it is to RBAC; None for what is no binding."""
        if self.role is None:
            return None
        return Binding(
            name=self.name, namespace=self.namespace, role=self.role, subjects=self.subjects
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is to be said of a picture: everything in it was so until `at`.

    `left_out` counts things of a kind beyond what is kept, `unseen` says why a kind is not seen.
    """

    cluster: str
    at: datetime
    left_out: Mapping[Kind, int] = field(default_factory=dict)
    unseen: Mapping[Kind, str] = field(default_factory=dict)

    def current(self, now: datetime) -> bool:
        """Whether it is what the cluster shows now."""
        return fresh(self.at, now, CURRENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What whoever watches a kind is shown, one thing at a time; so far all was shown.

    All that is there comes between one that `begins` and one that says it was the `whole`. Later
    ones are changes: an `entry` as it is now, or as it was last where it is `gone`.
    """

    revision: str
    entry: Entry | None = None
    gone: bool = False
    begins: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What changes in a cluster's picture: entries that are there now, keys of what is gone."""

    cluster: str
    there: tuple[Entry, ...] = ()
    gone: tuple[str, ...] = ()
