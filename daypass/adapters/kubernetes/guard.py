"""The guard: an admission policy by which the API server itself keeps our laws. Pure.

It watches bindings that are, or look like, this install's, and whatever the worker does to any
binding. Of what is named as a lease's object and labelled as another install's it keeps that this
install's worker made it. Anybody may delete: that is the safe direction, unless what is deleted is
told to wait for something. Needs Kubernetes 1.30.
"""

from collections.abc import Iterable
from typing import Final

from daypass.adapters.kubernetes.guard_rules import REQUEST, rules
from daypass.adapters.kubernetes.guard_words import all_of, annotation, any_of, label, text
from daypass.adapters.kubernetes.manifests import KINDS, RBAC_GROUP
from daypass.adapters.kubernetes.static import Manifest, account, bare, username
from daypass.domain.catalog import Catalog
from daypass.domain.grant import (
    CREATE_BEFORE,
    ENDS,
    EXPIRES_AT,
    INSTALL,
    KEPT,
    LABELS,
    LEASE,
    MANAGED_BY,
)

ADMISSION_GROUP: Final = "admissionregistration.k8s.io"
POLICIES: Final = ("validatingadmissionpolicies", "validatingadmissionpolicybindings")
"""What the guard is: a policy, and the binding without which it refuses nothing."""
_VERSION: Final = f"{ADMISSION_GROUP}/v1"
_TIME: Final = "^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$"


def guard_name(install: str) -> str:
    """Name the policy of an install, and its binding."""
    return f"daypass-guard-{install}"


def guard(catalog: Catalog, cluster: str) -> list[Manifest]:
    """Return what to apply on `cluster` beside the rights."""
    name = guard_name(catalog.install)
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [_every_binding()]},
        "matchConditions": [_is_our_business(catalog.install)],
        "variables": _variables(catalog.install),
        "validations": rules(catalog, cluster),
    }
    return [
        {**bare(_VERSION, "ValidatingAdmissionPolicy", name), "spec": spec},
        {
            **bare(_VERSION, "ValidatingAdmissionPolicyBinding", name),
            "spec": {"policyName": name, "validationActions": ["Deny"]},
        },
    ]


def _every_binding() -> Manifest:
    return {
        "apiGroups": [RBAC_GROUP],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE", "DELETE"],
        "resources": list(KINDS.values()),
        "scope": "*",
    }


def _is_our_business(install: str) -> Manifest:
    claimed = (_claims(one, install) for one in ("object", "oldObject"))
    named = f"(object != null && {_named_alike('object')})"
    ours = any_of(_by_us(install), *claimed, named)
    return {"name": "ours-or-by-our-worker", "expression": ours}


def _by_us(install: str) -> str:
    return f"request.userInfo.username == {text(username(account(install)))}"


def _claims(one: str, install: str) -> str:
    """Whether an object is this install's; one that names no install is everybody's."""
    named = f"{one}.metadata.?labels[?{text(INSTALL)}].hasValue()"
    mine = f"{label(one, INSTALL)} == {text(install)}"
    marked = f"{label(one, MANAGED_BY)} == 'daypass'"
    return f"({one} != null && ({named} ? {mine} : ({marked} || {_named_alike(one)})))"


def _named_alike(one: str) -> str:
    """Whether what is there is named as objects of leases are, those of any install."""
    return f"{one}.metadata.?name.orValue('').matches({text(f'^daypass-{REQUEST}-')})"


def _theirs(install: str) -> str:
    """Whether it is, and was if it was there, another install's object of a lease."""
    named, was = (label(one, INSTALL) for one in ("object", "oldObject"))
    same = f"(oldObject == null || {was} == {named})"
    return all_of(
        "!variables.byUs",
        "object != null",
        _named_alike("object"),
        f"!({named} in ['', {text(install)}])",
        same,
    )


def _variables(install: str) -> list[Manifest]:
    both = ("object", "oldObject")
    subjects, old_subjects = (f"{one}.?subjects.orValue([])" for one in both)
    holds, old_holds = (f"{one}.metadata.?finalizers.orValue([])" for one in both)
    found = {
        "byUs": _by_us(install),
        "theirs": _theirs(install),
        "byTheirs": f"request.userInfo.username == {text(username(account('')))} + "
        + label("object", INSTALL),
        "wasOurs": _claims("oldObject", install),
        "lease": label("object", LEASE),
        "end": annotation("object", EXPIRES_AT),
        "endBefore": annotation("oldObject", EXPIRES_AT),
        "createBefore": annotation("object", CREATE_BEFORE),
        "timed": f"[variables.end, variables.createBefore].all(t, t.matches({text(_TIME)}))",
        "created": "timestamp(object.metadata.creationTimestamp)",
        "place": "object.metadata.?namespace.orValue('')",
        "role": "object.roleRef.kind + '/' + object.roleRef.name",
        "held": f"{holds}.exists(f, oldObject == null || !(f in {old_holds}))",
        "sameEnd": _same("annotations", ENDS),
        "sameGrant": all_of(
            _same("labels", LABELS),
            _same("annotations", KEPT),
            f"{subjects} == {old_subjects}",
            "object.roleRef == oldObject.roleRef",
        ),
    }
    return [{"name": name, "expression": expression} for name, expression in found.items()]


def _same(field: str, names: Iterable[str]) -> str:
    """Write that none of these is another than it was; what others put beside them is theirs.

    One by one and not over all that are there: those may be thousands.
    """
    new, old = (f"{one}.metadata.?{field}" for one in ("object", "oldObject"))
    return all_of(*(f"{new}[?{text(name)}] == {old}[?{text(name)}]" for name in names))
