"""What is never granted, whatever the configuration says; the guard on a cluster agrees."""

from collections.abc import Iterator
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.catalog import Level
from daypass.domain.deliveries import realisation
from daypass.domain.reasons import Reason
from daypass.domain.roles import RoleRef
from daypass.domain.scope import Scope

FORBIDDEN_PREFIXES: Final = ("system:", "eks:", "aws:", "kubeadm:")
_OUR_OWN: Final = "daypass-worker"


def forbidden_name(name: str) -> bool:
    """Whether a user, group or role of that name is never granted; the empty name neither."""
    return not name or name.startswith(FORBIDDEN_PREFIXES)


def forbidden_role(role: RoleRef) -> bool:
    """Whether that role is never bound."""
    name = role.name
    return forbidden_name(name) or name == "cluster-admin" or name.startswith(_OUR_OWN)


def forbidden_namespace(name: str) -> bool:
    """Whether nothing is ever granted in that namespace: the control plane's and our own."""
    return name.startswith("kube-") or name == "daypass"


def forbidden(level: Level, scope: Scope, *, username: str) -> Iterator[Reason]:
    """Say what of a level, in that scope and for who is known by that name, is never granted."""
    if forbidden_name(username):
        yield no.Forbidden(what=f"Access as user “{username}”")
    if level.role is None and forbidden_name(level.group):
        yield no.Forbidden(what=f"Group “{level.group}”")
    parts = realisation(level).parts(level, scope)
    for role in dict.fromkeys(part.role for part in parts):
        if forbidden_role(role):
            yield no.Forbidden(what=str(role))
    for namespace in dict.fromkeys(part.namespace for part in parts):
        if forbidden_namespace(namespace):
            yield no.Forbidden(what=f"Access in namespace {namespace}")
