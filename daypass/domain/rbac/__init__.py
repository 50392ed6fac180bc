"""Kubernetes' RBAC as values: rules, who is bound to which, what follows from it. Pure."""

from daypass.domain.rbac.probes import probes
from daypass.domain.rbac.rules import PolicyRule, allows

__all__ = ["PolicyRule", "allows", "probes"]
