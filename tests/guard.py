"""The guard on a real API server: whether it holds yet, and how somebody gets rid of it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from kubernetes.client import ApiException

from daypass.adapters.kubernetes.guard import guard_name
from daypass.domain.grant import INSTALL, MANAGED_BY
from sandbox.cluster.servers import ClusterServer

_BINDINGS: Final = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"
_TRY: Final = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings?dryRun=All"
_SOON: Final = 30.0
"""Seconds; an API server reads its policies anew about once a second."""
JSON = dict[str, Any]


@contextmanager
def unguarded_by_all(server: ClusterServer, *but: str) -> Iterator[None]:
    """Inside, no guard but these refuses anything: what names no install is every guard's business.

    So a test of such an object must not depend on which installs are there besides.
    """
    with ExitStack() as stack:
        for install in sorted({*installs(server)} - {*but}):
            stack.enter_context(unguarded(server, install))
        yield


@contextmanager
def unguarded(server: ClusterServer, install: str = "sandbox") -> Iterator[None]:
    """Inside, an attacker with an administrator's rights has taken the guard away first.

    Where there was none, nothing happens.
    """
    path = f"{_BINDINGS}/{guard_name(install)}"
    kept = _found(server, path)
    if kept is not None:
        remove_guard(server, install)
    try:
        yield
    finally:
        if kept is not None:
            server.admin().apply(kept)
            until_guarded(server, install)


def installs(server: ClusterServer) -> tuple[str, ...]:
    """Return the installs that have a guard on a cluster."""
    names = [one["metadata"]["name"] for one in server.admin().get(_BINDINGS)["items"]]
    ours = guard_name("")
    return tuple(name.removeprefix(ours) for name in names if name.startswith(ours))


def remove_guard(server: ClusterServer, install: str) -> None:
    """Take the guard of an install away for good; return when it refuses nothing any more.

    What names no install is the business of every guard on the cluster.
    """
    server.admin().delete(f"{_BINDINGS}/{guard_name(install)}")
    _until_guarded(server, install, guarded=False)


def until_guarded(server: ClusterServer, install: str = "sandbox") -> None:
    """Return when the guard of an install refuses what it has to."""
    _until_guarded(server, install, guarded=True)


def _until_guarded(server: ClusterServer, install: str, *, guarded: bool) -> None:
    until = time.monotonic() + _SOON
    while refuses(server, install) is not guarded:
        assert time.monotonic() < until, f"the guard of {install} is {guarded} in {_SOON} s"
        time.sleep(0.05)


def refuses(server: ClusterServer, install: str) -> bool:
    """Whether an administrator's forgery would be refused; nothing is made."""
    group = "rbac.authorization.k8s.io"
    forgery = {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "forged", "labels": {MANAGED_BY: "daypass", INSTALL: install}},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "view"},
        "subjects": [],
    }
    try:
        server.admin().post(_TRY, forgery)
    except ApiException as error:
        if guard_name(install) not in str(error.body):
            raise
        return True
    return False


def _found(server: ClusterServer, path: str) -> JSON | None:
    try:
        found = server.admin().get(path)
    except ApiException:
        return None
    metadata = {key: found["metadata"][key] for key in ("name", "labels")}
    return {**{key: found[key] for key in ("apiVersion", "kind", "spec")}, "metadata": metadata}
