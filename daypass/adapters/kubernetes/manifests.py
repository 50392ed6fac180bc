"""Bindings and roles as JSON and back. Pure; a label or annotation is never interpreted here."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from daypass.adapters.kubernetes.errors import UNREADABLE
from daypass.adapters.kubernetes.words import cut, kept_name
from daypass.domain.grant import (
    APPROVERS,
    ENDS,
    EXTENDED_BY,
    KEPT,
    LABELS,
    MAC,
    GrantObject,
    Subject,
)
from daypass.domain.lease import ObjectRef
from daypass.domain.rbac import PolicyRule
from daypass.domain.review import Answer, Question
from daypass.domain.roles import RoleKind, RoleRef

Manifest = Mapping[str, Any]

_SUBJECTS: Final = 2
"""Ours have one: a second is enough to see that it is none of ours."""
_SUBJECT: Final = 1_000
_VALUE: Final = 1_000
"""Characters of a name, and of an annotation: ours have fewer."""
_LISTED: Final = 8_000
"""The emails of thirty approvers of the longest kind; ids of requests that gave time are fewer."""
_RULES: Final = 1_000
"""Of a role; who names more is asked about the first."""
_WORD: Final = 253
"""Characters: no resource and no name in Kubernetes has more, and a proof is kept in the store."""
_WORDS: Final = 20
"""Words of each kind in a rule: enough to choose what is asked of the cluster."""
_WHOLE: Final = 5_000
"""Words of a role of which all is to be known; `admin` has some 600."""
_FIELDS: Final = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
_FINALIZERS: Final = 5
"""As many as anybody reads."""
_SHORT: Final = 100
"""Characters of a finalizer, which is a domain and a word."""
_ACCOUNT: Final = "ServiceAccount"
_SEAL: Final = f"/metadata/annotations/{MAC.replace('/', '~1')}"
"""Where the MAC is, as a step of a JSON patch writes it (RFC 6901)."""
RBAC_GROUP: Final = "rbac.authorization.k8s.io"
RBAC: Final = f"/apis/{RBAC_GROUP}/v1"
KINDS: Final[Mapping[str, str]] = {
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}
"""The kinds of objects that realise a lease, with the plural that paths use."""
AT_ONCE: Final[Manifest] = {
    "apiVersion": "v1",
    "kind": "DeleteOptions",
    # Without a policy the server keeps to the finalizers that are there: an object that somebody
    # deleted in the foreground would wait for its dependents, of which one may never go.
    "propagationPolicy": "Background",
}
"""How to delete: it also takes off `foregroundDeletion` and `orphan`."""


def collection(ref: ObjectRef) -> str:
    """Return the path at which an object of that kind and namespace is created."""
    namespace = f"/namespaces/{quote(ref.namespace, safe='')}" if ref.namespace else ""
    return f"{RBAC}{namespace}/{KINDS[ref.kind]}"


def path(ref: ObjectRef) -> str:
    """Return the path of one object."""
    return f"{collection(ref)}/{quote(ref.name, safe='')}"


def role_path(planned: GrantObject) -> str:
    """Return the path of the role that a binding names."""
    name = quote(planned.role.name, safe="")
    if planned.role.kind is RoleKind.ROLE:
        return f"{RBAC}/namespaces/{quote(planned.ref.namespace, safe='')}/roles/{name}"
    return f"{RBAC}/clusterroles/{name}"


def path_of_role(key: str) -> str:
    """Return the path of a role that is named `ClusterRole/view` or `Role/payments/log-reader`."""
    kind, _, name = key.partition("/")
    if kind == RoleKind.ROLE:
        namespace, _, name = name.partition("/")
        return f"{RBAC}/namespaces/{quote(namespace, safe='')}/roles/{quote(name, safe='')}"
    return f"{RBAC}/clusterroles/{quote(name, safe='')}"


def binding(planned: GrantObject) -> Manifest:
    """Write a binding for a POST."""
    metadata: dict[str, Any] = {
        "name": planned.ref.name,
        "labels": dict(planned.labels),
        "annotations": dict(planned.annotations),
    }
    if planned.ref.namespace:
        metadata["namespace"] = planned.ref.namespace
    return {
        "apiVersion": f"{RBAC_GROUP}/v1",
        "kind": planned.ref.kind,
        "metadata": metadata,
        "roleRef": {
            "apiGroup": RBAC_GROUP,
            "kind": planned.role.kind.value,
            "name": planned.role.name,
        },
        "subjects": [_subject(subject) for subject in planned.subjects],
    }


def _subject(subject: Subject) -> Manifest:
    return {"apiGroup": RBAC_GROUP, "kind": subject.kind, "name": subject.name}


def found(kind: str, manifest: Manifest) -> GrantObject:
    """Read a binding that the server returned; `kind` because items of a list do not say theirs.

    Kept is what makes ours what they are, and no more of it than ours may have: what was cut is
    not what we sealed. One that is written as no binding is has a place, a uid and labels; as none
    of ours looks like that it has to go, and stops nothing else. Raises one of UNREADABLE where
    it has neither name nor uid.
    """
    metadata = manifest["metadata"]
    ref = ObjectRef(
        kind=kind,
        namespace=_text(metadata.get("namespace", "")),
        name=kept_name(_text(metadata["name"])),
        uid=_text(metadata["uid"]),
    )
    try:
        return _whole(ref, manifest)
    except UNREADABLE:
        labels = metadata.get("labels")
        said = labels if isinstance(labels, dict) else {}
        kept = {name: cut(one, _VALUE) for name in LABELS if isinstance(one := said.get(name), str)}
        return GrantObject(ref=ref, role=RoleRef(name=""), subjects=(), labels=kept)


def _whole(ref: ObjectRef, manifest: Manifest) -> GrantObject:
    metadata, role = manifest["metadata"], manifest["roleRef"]
    return GrantObject(
        ref=ref,
        role=RoleRef(kind=RoleKind(role["kind"]), name=cut(_text(role["name"]))),
        subjects=tuple(map(found_subject, (manifest.get("subjects") or ())[:_SUBJECTS])),
        labels=_ours(metadata.get("labels") or {}, LABELS),
        annotations=_ours(metadata.get("annotations") or {}, (*ENDS, *KEPT)),
        revision=_text(metadata.get("resourceVersion", "")),
        finalizers=finalizers(manifest),
    )


def finalizers(manifest: Manifest) -> tuple[str, ...]:
    """Read what keeps an object from being gone when it is deleted: a few, to be named."""
    metadata = manifest.get("metadata") or {}
    found = (metadata.get("finalizers") or ())[:_FINALIZERS]
    return tuple(cut(_text(one), _SHORT) for one in found)


def _ours(said: Mapping[str, object], names: Sequence[str]) -> Mapping[str, str]:
    return {
        name: cut(_text(one), _LISTED if name in (APPROVERS, EXTENDED_BY) else _VALUE)
        for name in names
        if (one := said.get(name)) is not None
    }


def _text(value: object) -> str:
    """Return a text; raises TypeError for what is none."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def found_subject(subject: Manifest) -> Subject:
    """Read whom RBAC takes it for (pkg/registry/rbac/validation/rule.go, `appliesToUser`).

    A ServiceAccount, which lives in a namespace, as `namespace/name`; nobody else is in one, though
    it stands there: it would hide who has the right.
    """
    kind, name = _text(subject["kind"]), _text(subject["name"])
    if kind == _ACCOUNT and subject.get("namespace"):
        name = f"{subject['namespace']}/{name}"
    return Subject(kind=cut(kind), name=cut(name, _SUBJECT))


def delete_options(ref: ObjectRef) -> Manifest:
    """Write what makes a DELETE spare any other object of that name, and wait for nothing."""
    return {**AT_ONCE, "preconditions": {"uid": ref.uid}}


def annotating(found: GrantObject, annotations: Mapping[str, str]) -> Sequence[Manifest]:
    """Write a JSON patch of annotations that fits no other object, and none sealed otherwise.

    What others put beside ours goes: whoever may write there could fill an object up to the last
    byte that the server takes, and so keep the end that it has, with the guard, too. Nor is it held
    to a revision: whoever writes there again and again would be before us each time.
    """
    said: Mapping[str, object] = {
        "uid": found.ref.uid,
        "labels": dict(found.labels),
        "annotations": {**found.annotations, **annotations},
        "generateName": "",  # Of any length; nothing looks at it once there is a name.
        "ownerReferences": [],
        "managedFields": [{}],  # As the server lets them be taken off.
    }
    return [
        {"op": "test", "path": _SEAL, "value": found.annotations.get(MAC, "")},
        *({"op": "add", "path": f"/metadata/{one}", "value": said[one]} for one in said),
    ]


def rules(role: Manifest) -> tuple[PolicyRule, ...]:
    """Read the rules of a role; those of an aggregated one are what its controller last wrote.

    Whoever has rights in a namespace writes megabytes into its Roles: of a rule's words the first
    few are kept, and one with a word that is too long proves nothing. There are enough others.
    """
    found = map(_rule, islice(role.get("rules") or (), _RULES))
    return tuple(rule for rule in found if rule is not None)


def whole_rules(role: Manifest) -> tuple[PolicyRule, ...] | None:
    """Read all rules of a role; None where they are so many or long that they are not held."""
    written = role.get("rules") or ()
    words = sum(len(rule.get(name) or ()) for rule in written for name in _FIELDS)
    if len(written) > _RULES or words > _WHOLE:
        return None
    read = [_rule(rule, words=_WHOLE) for rule in written]
    whole = tuple(rule for rule in read if rule is not None)
    return whole if len(whole) == len(read) else None


def every_rule(role: Manifest) -> Iterator[PolicyRule]:
    """Yield all rules of a role as they are, one by one: together they may be megabytes."""
    return (_read_rule(rule, words=None) for rule in role.get("rules") or ())


def _rule(rule: Manifest, *, words: int = _WORDS) -> PolicyRule | None:
    read = _read_rule(rule, words=words)
    return None if any(len(word) > _WORD for group in read.words for word in group) else read


def _read_rule(rule: Manifest, *, words: int | None) -> PolicyRule:
    kept = [tuple(islice(rule.get(name) or (), words)) for name in _FIELDS]
    verbs, api_groups, resources, names, urls = kept
    return PolicyRule(
        verbs=verbs,
        api_groups=api_groups,
        resources=resources,
        resource_names=names,
        non_resource_urls=urls,
    )


def access_review(question: Question) -> Manifest:
    """Write a SubjectAccessReview; groups are exactly those given, the server adds none."""
    attributes: Manifest
    if question.path:
        kind, attributes = "nonResourceAttributes", {"path": question.path, "verb": question.verb}
    else:
        kind = "resourceAttributes"
        attributes = {
            "namespace": question.namespace,
            "verb": question.verb,
            "group": question.group,
            "resource": question.resource,
            "subresource": question.subresource,
            "name": question.name,
        }
    spec = {"user": question.user, "groups": list(question.groups), kind: attributes}
    return {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}


def answer(review: Manifest) -> Answer:
    """Read the answer of a review; what is not a plain yes is a no."""
    status = review["status"]
    allowed = status.get("allowed") is True and status.get("denied") is not True
    return Answer(allowed=allowed, reason=cut(status.get("reason") or ""))
