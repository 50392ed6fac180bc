"""Whether the guard refuses what it has to: what is tried, and how the answer reads. Pure."""

from collections.abc import Iterable
from typing import Any, Final

from daypass.domain.upkeep.comparison import Manifest
from daypass.domain.upkeep.finding import About, Finding

_ENFORCED: Final = "ValidatingAdmissionPolicy '{}'"
"""How a server begins what a policy of that name refused."""

_RBAC: Final = "rbac.authorization.k8s.io"
_KINDS: Final = {"clusterroles": "ClusterRole", "roles": "Role"}


def judged_guard(about: About, guard: str, refused: str, *, applying: str) -> Finding:
    """Say whether a forbidden object would be refused by the guard of that name."""
    if _ENFORCED.format(guard) in refused:
        return about.ok("the guard refuses what it has to")
    if not refused:
        said = "the guard refuses nothing: a binding without an end would be made"
        return about.trouble(said, applying)
    return about.unseen(
        f"whether the guard refuses anything is not known: something else refused first ({refused})"
    )


def forbidden(wanted: Iterable[Manifest]) -> dict[str, Any] | None:
    """Return a binding of no lease, of a role that the worker may bind: only the guard refuses it.

    None where it may bind no role, so that there is nothing to guard.
    """
    for one in wanted:
        for rule in one.get("rules") or ():
            if rule.get("verbs") == ["bind"]:
                return _binding(one, rule)
    return None


def _binding(role: Manifest, rule: Manifest) -> dict[str, Any]:
    kind = _KINDS[rule["resources"][0]]
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {
            "name": "daypass-doctor",
            "namespace": role["metadata"].get("namespace") or "default",
        },
        "roleRef": {"apiGroup": _RBAC, "kind": kind, "name": rule["resourceNames"][0]},
        "subjects": [],
    }
