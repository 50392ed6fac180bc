"""What is never granted, whatever the configuration says; the guard on a cluster agrees."""

from typing import Final

from daypass.domain.roles import RoleRef

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
