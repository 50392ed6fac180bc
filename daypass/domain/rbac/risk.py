"""Rights that lead further than they say: each kind of them, by name, found in rules.

After Kubernetes' "Role Based Access Control Good Practices", section privilege escalation, and
what API server and kubelet do. A rule for certain names only counts too: one Secret is enough.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from daypass.domain.rbac.rules import ANY, PolicyRule, patterns
from daypass.domain.risk import Risk

__all__ = ["MEANS", "Risk", "risks"]

RBAC: Final = "rbac.authorization.k8s.io"
CERTIFICATES: Final = "certificates.k8s.io"
IDENTITIES: Final = "authentication.k8s.io"
ADMISSION: Final = "admissionregistration.k8s.io"
READING: Final = ("get", "list", "watch")
WRITING: Final = ("create", "update", "patch")
CHANGING: Final = ("update", "patch")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sign:
    """Rights any one of which is the risk."""

    verbs: Sequence[str]
    resources: Sequence[str]
    groups: Sequence[str] = ("",)

    def is_in(self, rule: PolicyRule) -> bool:
        """Whether the rule gives one of them."""
        verbs = ANY in rule.verbs or not set(self.verbs).isdisjoint(rule.verbs)
        groups = ANY in rule.api_groups or not set(self.groups).isdisjoint(rule.api_groups)
        return verbs and groups and any(map(rule.resources.__contains__, self._patterns()))

    def _patterns(self) -> Iterable[str]:
        return dict.fromkeys(one for resource in self.resources for one in patterns(resource))


MEANS: Final[Mapping[Risk, str]] = {
    Risk.EVERYTHING: "do anything",
    Risk.IMPERSONATION: "act as somebody else",
    Risk.ESCALATION: "give roles that one does not have",
    Risk.ROLES: "change roles and who has them",
    Risk.NODES: "run commands on nodes",
    Risk.SECRETS: "read secrets",
    Risk.TOKENS: "get tokens of service accounts",
    Risk.CERTIFICATES: "sign certificates, and so be anybody",
    Risk.ADMISSION: "change what the API server lets through",
    Risk.EXEC: "run commands in pods",
    Risk.NETWORK: "reach what listens in pods",
    Risk.WORKLOADS: "start pods, with any service account and secret of their namespace",
    Risk.VOLUMES: "mount files of nodes",
    Risk.NAMESPACES: "change what pods of a namespace may do",
    Risk.EXTENSIONS: "change the API itself",
}
"""What somebody can do with it, in words that follow "can"."""
_WORKLOADS: Final = (
    _Sign(verbs=WRITING, resources=("pods", "replicationcontrollers")),
    _Sign(verbs=CHANGING, resources=("pods/ephemeralcontainers",)),
    _Sign(
        verbs=WRITING,
        resources=("deployments", "daemonsets", "statefulsets", "replicasets"),
        groups=("apps",),
    ),
    _Sign(verbs=WRITING, resources=("jobs", "cronjobs"), groups=("batch",)),
)
_SIGNS: Final[Mapping[Risk, tuple[_Sign, ...]]] = {
    Risk.IMPERSONATION: (
        _Sign(verbs=("impersonate",), resources=("users", "groups", "serviceaccounts")),
        # KEP-5284; its verbs are told by their names, a star for them is not.
        _Sign(
            verbs=(),
            resources=("users", "groups", "serviceaccounts", "nodes"),
            groups=(IDENTITIES,),
        ),
    ),
    Risk.ESCALATION: (
        _Sign(verbs=("escalate", "bind"), resources=("roles", "clusterroles"), groups=(RBAC,)),
    ),
    Risk.ROLES: (
        _Sign(
            verbs=WRITING,
            resources=("roles", "clusterroles", "rolebindings", "clusterrolebindings"),
            groups=(RBAC,),
        ),
    ),
    Risk.NODES: (
        # A GET over a WebSocket is enough to run commands in any pod of the node.
        _Sign(verbs=("get", "create"), resources=("nodes/proxy",)),
    ),
    # The server answers a patch, and a deletion of many, with all that is in them; it need not
    # change anything: an empty patch will do, or a deletion that is only tried.
    Risk.SECRETS: (_Sign(verbs=(*READING, "patch", "deletecollection"), resources=("secrets",)),),
    Risk.TOKENS: (
        _Sign(verbs=("create",), resources=("serviceaccounts/token",)),
        # A Secret of that type is filled with a token of the account that it names.
        _Sign(verbs=WRITING, resources=("secrets",)),
    ),
    Risk.CERTIFICATES: (
        _Sign(
            verbs=CHANGING,
            resources=("certificatesigningrequests/approval", "certificatesigningrequests/status"),
            groups=(CERTIFICATES,),
        ),
        _Sign(verbs=("approve", "sign"), resources=("signers",), groups=(CERTIFICATES,)),
    ),
    Risk.ADMISSION: (
        _Sign(
            verbs=(*WRITING, "delete", "deletecollection"),
            resources=(
                "mutatingwebhookconfigurations",
                "validatingwebhookconfigurations",
                "validatingadmissionpolicies",
                "validatingadmissionpolicybindings",
                "mutatingadmissionpolicies",
                "mutatingadmissionpolicybindings",
            ),
            groups=(ADMISSION,),
        ),
    ),
    Risk.EXEC: (
        # Since 1.35 a WebSocket needs `create`; before, `get` was enough.
        _Sign(verbs=("create", "get"), resources=("pods/exec", "pods/attach")),
    ),
    Risk.NETWORK: (
        _Sign(
            verbs=("create", "get"), resources=("pods/portforward", "pods/proxy", "services/proxy")
        ),
    ),
    Risk.WORKLOADS: _WORKLOADS,
    Risk.VOLUMES: (_Sign(verbs=WRITING, resources=("persistentvolumes",)),),
    Risk.NAMESPACES: (_Sign(verbs=CHANGING, resources=("namespaces",)),),
    Risk.EXTENSIONS: (
        _Sign(
            verbs=WRITING,
            resources=("customresourcedefinitions",),
            groups=("apiextensions.k8s.io",),
        ),
        _Sign(verbs=WRITING, resources=("apiservices",), groups=("apiregistration.k8s.io",)),
    ),
}


def risks(rules: Iterable[PolicyRule]) -> tuple[Risk, ...]:
    """Return what rules may lead to, worst first; of everything nothing else is said."""
    there = tuple(rules)
    if any(map(_everything, there)):
        return (Risk.EVERYTHING,)
    found = {risk for rule, risk in product(there, Risk) if _is_in(risk, rule)}
    return tuple(risk for risk in Risk if risk in found)


def _everything(rule: PolicyRule) -> bool:
    stars = ANY in rule.verbs and ANY in rule.api_groups and ANY in rule.resources
    return stars and not rule.resource_names


def _is_in(risk: Risk, rule: PolicyRule) -> bool:
    if risk is Risk.IMPERSONATION and any(_impersonates(verb) for verb in rule.verbs):
        return True
    return any(sign.is_in(rule) for sign in _SIGNS.get(risk, ()))


def _impersonates(verb: str) -> bool:
    """Whether a verb is for nothing else, whatever it is on (those with a colon: KEP-5284)."""
    return verb == "impersonate" or verb.startswith(("impersonate:", "impersonate-on:"))
