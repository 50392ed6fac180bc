"""Kinds of rights that lead further than they say, as rules of the configuration name them."""

from collections.abc import Iterable
from enum import StrEnum


class Risk(StrEnum):
    """What somebody with a right may come to; the order is that in which they are named."""

    EVERYTHING = "everything"
    IMPERSONATION = "impersonation"
    ESCALATION = "escalation"
    ROLES = "roles"
    NODES = "nodes"
    SECRETS = "secrets"
    TOKENS = "tokens"
    CERTIFICATES = "certificates"
    ADMISSION = "admission"
    EXEC = "exec"
    NETWORK = "network"
    WORKLOADS = "workloads"
    VOLUMES = "volumes"
    NAMESPACES = "namespaces"
    EXTENSIONS = "extensions"


def met(there: Iterable[Risk], named: Iterable[Risk]) -> tuple[Risk, ...]:
    """Return which of the risks that are there one of the named stands for.

    Whoever can do anything can do each of them.
    """
    kinds = frozenset(named)
    return tuple(one for one in there if one in kinds or (one is Risk.EVERYTHING and kinds))
