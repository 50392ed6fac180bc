"""Where the guard is tried: an install of its own on the real prod, its worker, an administrator.

The worker is tried with the very rights that are rendered; both write by hand, past our use cases.
"""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any, Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.manifests import binding, collection, path
from daypass.adapters.kubernetes.reply import Reply
from daypass.domain.catalog import Catalog, Cluster, Delivery, Level, Selector, Workflow
from daypass.domain.grant import (
    APPROVERS,
    CREATE_BEFORE,
    EXPIRES_AT,
    INSTALL,
    LEASE,
    MAC,
    MANAGED_BY,
    GrantObject,
    Subject,
)
from daypass.domain.ids import request_id
from daypass.domain.instants import write_time
from daypass.domain.lease import ObjectRef
from daypass.domain.roles import Part, RoleKind, RoleRef
from sandbox.cluster.servers import ClusterServer

JSON = dict[str, Any]
Change = Callable[[JSON], object]
"""Changes an object in place."""
LONGEST: Final = timedelta(hours=30)
_NUMBERS: Final = count(1)
_HERE: Final = Selector()
_CREW: Final = (
    Part(role=RoleRef(name="binding-reader")),
    Part(role=RoleRef(name="debugger-duties"), namespace="payments"),
)
_SOON: Final = 30.0
"""Seconds."""


def a_catalog_of(install: str) -> Catalog:
    """Return levels with every kind of place, and a workflow that gives more than a day."""
    logs = RoleRef(kind=RoleKind.ROLE, name="log-reader")
    levels = (
        _level("viewing", role=RoleRef(name="view"), choose=("test-*",)),
        _level("anywhere", role=RoleRef(name="platform-admin-duties"), choose=("*",)),
        _level("logs", role=logs, namespaces=("payments",)),
        _level("wide", role=RoleRef(name="debugger-duties"), cluster_wide=True),
        _level("duty", group="duty", delivery=Delivery.SUDO),
        _level("crew", group="crew", delivery=Delivery.MIRROR, parts=_CREW),
    )
    workflow = Workflow(name="all", clusters=_HERE, requesters=(), max_duration=LONGEST)
    return Catalog(
        install=install,
        version="1",
        admins=(),
        teams={},
        clusters={"prod": Cluster(name="prod")},
        levels=tuple(levels),
        workflows=(workflow,),
    )


def _level(name: str, **fields: Any) -> Level:
    return Level(name=name, summary="", clusters=_HERE, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One install's worker, an administrator, and a namespace."""

    server: ClusterServer
    install: str
    worker: Api
    admin: Api
    namespace: str

    def planned(
        self, role: str = "ClusterRole/view", *, place: str | None = None, **times: timedelta
    ) -> GrantObject:
        """Return an object as the worker plans it; `end` and `late` are from now."""
        kind, _, name = role.partition("/")
        namespace = self.namespace if place is None else place
        lease = f"{request_id(next(_NUMBERS))}-1"
        now = datetime.now(UTC)
        return GrantObject(
            ref=ObjectRef(
                kind="RoleBinding" if namespace else "ClusterRoleBinding",
                namespace=namespace,
                name=f"daypass-{lease}-1-1",
            ),
            role=RoleRef(kind=RoleKind(kind), name=name),
            subjects=(Subject(name="carol@example.com"),),
            labels={MANAGED_BY: "daypass", LEASE: lease, INSTALL: self.install},
            annotations={
                EXPIRES_AT: write_time(now + times.get("end", timedelta(hours=1))),
                CREATE_BEFORE: write_time(now + times.get("late", timedelta(minutes=2))),
                APPROVERS: "bob@example.com",
                MAC: "00" * 32,
            },
        )

    def create(self, api: Api, planned: GrantObject, change: Change | None = None) -> Reply:
        """Try to create an object, changed in some way."""
        manifest: JSON = deepcopy(dict(binding(planned)))
        if change is not None:
            change(manifest)
        place = collection(planned.ref)
        return api.write("POST", place, manifest)

    def granted(self, planned: GrantObject | None = None) -> ObjectRef:
        """Let the worker create an object that is as it should be."""
        made = planned or self.planned()
        reply = self.create(self.worker, made)
        assert reply.good, reply
        return made.ref

    def bound_by_hand(self) -> ObjectRef:
        """Let the administrator bind somebody as administrators do."""
        ref = ObjectRef(kind="RoleBinding", namespace=self.namespace, name=f"team-{next(_NUMBERS)}")
        bare = self.planned()
        made = GrantObject(ref=ref, role=bare.role, subjects=bare.subjects)
        assert self.create(self.admin, made).good
        return ref

    def change(self, api: Api, ref: ObjectRef, patch: JSON) -> Reply:
        """Try to change an object by a merge patch."""
        return api.write("PATCH", path(ref), patch)

    def delete(self, api: Api, ref: ObjectRef, **options: object) -> Reply:
        """Try to delete an object."""
        return api.write(
            "DELETE", path(ref), {"apiVersion": "v1", "kind": "DeleteOptions", **options}
        )

    def until(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until that is so."""
        until = time.monotonic() + _SOON
        while not ready():
            assert time.monotonic() < until, f"not in {_SOON} s: {what}"
            time.sleep(0.05)

    def names(self) -> list[str]:
        """Return the names of all bindings in the namespace."""
        place = collection(ObjectRef(kind="RoleBinding", namespace=self.namespace, name=""))
        return [one["metadata"]["name"] for one in self.admin.items(place)]

    def is_there(self, ref: ObjectRef) -> bool:
        """Whether the object is there."""
        return self.admin.get(path(ref)).good


def annotations(**changed: str | None) -> JSON:
    """Return a patch of our annotations: `expires_at`, `mac` and so on; None takes one away."""
    names = {f"daypass.dev/{name.replace('_', '-')}": value for name, value in changed.items()}
    return {"metadata": {"annotations": names}}


def must_be_refused(reply: Reply, said: str) -> None:
    """Assert that our guard says so, or that the neighbour's was first.

    What names no install, or the neighbour, is its business, too; the API server tells one of them.
    """
    ours = reply.status == HTTPStatus.UNPROCESSABLE_ENTITY and said in reply.message
    theirs = reply.status == HTTPStatus.FORBIDDEN and "(install neighbour)" in reply.message
    assert ours or theirs, reply


def must_be_refused_to_administrators(reply: Reply) -> None:
    """Assert that one of the two guards refuses what only a worker may do."""
    assert reply.status == HTTPStatus.FORBIDDEN, reply
    ours, theirs = "Only Daypass (install ", "Only the grants worker of the install"
    assert ours in reply.message or theirs in reply.message
    assert "creates and changes" in reply.message
