"""What people say to kubectl, as access reviews ask it: `po`, `deployments.apps/web`, `/healthz`.

`pods/log` is the log of pods, as rules write it, although kubectl would take it for a pod of that
name: what follows the slash is a part where the resource has one so called, else a name. With one
more slash, `pods/log/`, it is a name whatever it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from daypass.domain.rbac.rules import ANY, PolicyRule
from daypass.domain.review import Question

_IN_NAMESPACES: Final = """
bindings configmaps/cm endpoints/ep events/ev limitranges/limits persistentvolumeclaims/pvc pods/po
podtemplates replicationcontrollers/rc resourcequotas/quota secrets serviceaccounts/sa services/svc
controllerrevisions.apps daemonsets.apps/ds deployments.apps/deploy replicasets.apps/rs
statefulsets.apps/sts horizontalpodautoscalers.autoscaling/hpa cronjobs.batch/cj jobs.batch
leases.coordination.k8s.io endpointslices.discovery.k8s.io ingresses.networking.k8s.io/ing
networkpolicies.networking.k8s.io/netpol poddisruptionbudgets.policy/pdb
rolebindings.rbac.authorization.k8s.io roles.rbac.authorization.k8s.io
localsubjectaccessreviews.authorization.k8s.io
"""
_ON_THE_CLUSTER: Final = """
componentstatuses/cs namespaces/ns nodes/no persistentvolumes/pv
mutatingwebhookconfigurations.admissionregistration.k8s.io
validatingadmissionpolicies.admissionregistration.k8s.io
validatingadmissionpolicybindings.admissionregistration.k8s.io
validatingwebhookconfigurations.admissionregistration.k8s.io
customresourcedefinitions.apiextensions.k8s.io/crd apiservices.apiregistration.k8s.io
certificatesigningrequests.certificates.k8s.io/csr signers.certificates.k8s.io
flowschemas.flowcontrol.apiserver.k8s.io prioritylevelconfigurations.flowcontrol.apiserver.k8s.io
ingressclasses.networking.k8s.io runtimeclasses.node.k8s.io
clusterrolebindings.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io
priorityclasses.scheduling.k8s.io/pc csidrivers.storage.k8s.io csinodes.storage.k8s.io
storageclasses.storage.k8s.io/sc volumeattachments.storage.k8s.io users groups
selfsubjectaccessreviews.authorization.k8s.io selfsubjectrulesreviews.authorization.k8s.io
subjectaccessreviews.authorization.k8s.io tokenreviews.authentication.k8s.io
"""
"""Kubernetes' own resources with their groups and what kubectl calls them for short."""
_SCALED: Final = frozenset({"scale", "status"})
_PARTS: Final[Mapping[str, frozenset[str]]] = {
    "pods": frozenset(
        {
            *("log", "exec", "attach", "portforward", "proxy", "eviction", "ephemeralcontainers"),
            *("status", "binding", "resize"),
        }
    ),
    "services": frozenset({"proxy", "status"}),
    "nodes": frozenset({"proxy", "status", "metrics", "stats", "log", "spec"}),
    "serviceaccounts": frozenset({"token"}),
    "namespaces": frozenset({"finalize", "status"}),
    "certificatesigningrequests": frozenset({"approval", "status"}),
    **dict.fromkeys(
        ("deployments", "replicasets", "statefulsets", "replicationcontrollers"), _SCALED
    ),
    **dict.fromkeys(("jobs", "cronjobs", "daemonsets", "ingresses"), frozenset({"status"})),
}
_OF_MANY: Final = frozenset({"create", "list", "watch", "deletecollection"})
"""What is done with no one thing: to a namespace, not in it."""
_VERSION: Final = re.compile(r"v\d+((alpha|beta)\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One of Kubernetes' own: its plural, its group, whether it is in namespaces."""

    name: str
    group: str
    namespaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to do, by nobody yet.

    `namespaced`: without a namespace it is asked of all of them. `known`: it is Kubernetes' own, or
    its group was said; else the group is looked for in rules.
    """

    question: Question
    namespaced: bool
    known: bool = True


def _listed(text: str, *, namespaced: bool) -> Iterator[tuple[str, Resource]]:
    for one in text.split():
        written, _, short = one.partition("/")
        name, _, group = written.partition(".")
        resource = Resource(name=name, group=group, namespaced=namespaced)
        yield from ((said, resource) for said in _names(name, short))


def _names(name: str, short: str) -> Iterator[str]:
    """Yield the plural, the singular and the short name."""
    yield name
    if short:
        yield short
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    elif name.endswith(("sses", "ses")) and not name.endswith(("leases", "databases")):
        yield name[:-2]
    elif name != "endpoints":
        yield name.removesuffix("s")


_KNOWN: Final[Mapping[str, Resource]] = {
    **dict(_listed(_ON_THE_CLUSTER, namespaced=False)),
    **dict(_listed(_IN_NAMESPACES, namespaced=True)),
}


def nowhere_but_cluster_wide(group: str, resource: str) -> bool:
    """Whether that, `nodes` or `nodes/proxy`, is Kubernetes' own and in no namespace.

    A namespace itself is asked about in itself, so a right to it counts there.
    """
    known = _KNOWN.get(resource.partition("/")[0])
    ours = known is not None and (known.group, known.namespaced) == (group, False)
    return ours and known != _KNOWN["namespaces"]


def asked(verb: str, what: str, *, namespace: str = "", subresource: str = "") -> Asked:
    """Read what somebody would say to kubectl; whatever it is, it is a question."""
    verb = verb.lower()
    if what.startswith("/"):
        return Asked(question=Question(user="", verb=verb, path=what), namespaced=False)
    written, _, rest = what.partition("/")
    resource, known = _resource(written)
    name, part = _named(resource.name, rest, subresource)
    itself = name if resource == _KNOWN["namespaces"] and verb not in _OF_MANY else ""
    inside = namespace if resource.namespaced else itself
    question = Question(
        user="",
        verb=verb,
        group=resource.group,
        resource=resource.name,
        subresource=part,
        name=name,
        namespace=inside,
    )
    return Asked(question=question, namespaced=resource.namespaced or bool(itself), known=known)


def _resource(written: str) -> tuple[Resource, bool]:
    """Return the resource, and whether its group is known."""
    said, dot, group = written.partition(".")
    version, _, after = group.partition(".")
    group = after if after and _VERSION.fullmatch(version) else group
    known = _KNOWN.get(said.lower())
    if known is not None and (not dot or group == known.group):
        return known, True
    return Resource(name=said.lower(), group=group, namespaced=True), bool(dot) or said == ANY


def _named(resource: str, rest: str, subresource: str) -> tuple[str, str]:
    """Return name and part of `NAME`, `PART` or `NAME/PART`."""
    name, slash, part = rest.partition("/")
    if not subresource and not slash and name in _PARTS.get(resource, ()):
        return "", name
    return name, subresource or part


def groups_of(resource: str, rules: Iterable[PolicyRule]) -> tuple[str, ...]:
    """Return the groups that rules name together with a resource, for one that is not our own."""
    found = {
        group
        for rule in rules
        if any(one.partition("/")[0] == resource for one in rule.resources)
        for group in rule.api_groups
        if group != ANY
    }
    return tuple(sorted(found))


def written(question: Question) -> str:
    """Write what is asked about as `asked` reads it: `deployments.apps/web`, `/healthz`.

    Its part is said beside it.
    """
    if question.path:
        return question.path
    what = f"{question.resource}.{question.group}" if question.group else question.resource
    if not question.name or question.subresource:
        return f"{what}/{question.name}" if question.name else what
    return with_name(what, question.name)


def with_name(what: str, name: str) -> str:
    """Write a thing by its name; one that is called like a part of it has a slash behind it."""
    resource, _ = _resource(what)
    return f"{what}/{name}{'/' if name in _PARTS.get(resource.name, ()) else ''}"
