"""Everybody's things of one kind: what is there, and then what changes, without our own bindings.

The revision is asked for before the list: what happens meanwhile is seen again, never missed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from daypass.adapters.kubernetes.client import NAMES_ONLY, Api
from daypass.adapters.kubernetes.errors import UNREADABLE
from daypass.adapters.kubernetes.manifests import RBAC, Manifest, found_subject, whole_rules
from daypass.adapters.kubernetes.streaming import (
    BOOKMARK,
    DELETED,
    Change,
    Watched,
    following,
)
from daypass.adapters.kubernetes.words import cut, distinct_name
from daypass.domain.grant import Subject, others
from daypass.domain.picture import BINDINGS, ROLES, Entry, Kind, Shown
from daypass.domain.rbac import PolicyRule
from daypass.domain.roles import RoleKind, RoleRef

_PATHS: Final[Mapping[Kind, str]] = {
    Kind.NAMESPACE: "/api/v1/namespaces",
    Kind.SERVICE_ACCOUNT: "/api/v1/serviceaccounts",
    Kind.ROLE: f"{RBAC}/roles",
    Kind.CLUSTER_ROLE: f"{RBAC}/clusterroles",
    Kind.ROLE_BINDING: f"{RBAC}/rolebindings",
    Kind.CLUSTER_ROLE_BINDING: f"{RBAC}/clusterrolebindings",
}
_METADATA_ONLY: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
_NOTES: Final = 30
"""Labels, and annotations, of one thing: more than anybody reads."""
_NOTE: Final = 317
"""Characters of a label's name, the longest that Kubernetes takes; of an annotation as many."""
_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_SUBJECTS: Final = 200
"""Of one binding: whoever names more is told how many were left out."""
_WHO: Final = 900
"""Characters of a subject's name that is kept whole."""
_RULES_LONG: Final = 32_000
"""Characters of a role's rules, as they are written down, that are kept; `admin` has 12,000."""


def picture(api: Api, kind: Kind, since: str, *, install: str, silent: float) -> Iterator[Shown]:
    """Yield all of a kind, between `begins` and `whole`, and what changes after that.

    With `since` only what changes after it, unless the server has forgotten it. Ends where the
    server ends it; to go on call it with the last `revision`.

    Raises:
        OutsideError: the server does not answer, or refuses, or is `silent` for so many seconds.
    """
    watched = replace(_watched(kind, install), silent=silent)
    begin, shown = partial(_listed, api, kind, watched=watched), partial(_shown, kind)
    return following(api, watched, since, begin=begin, shown=shown)


def _listed(api: Api, kind: Kind, revision: str, *, watched: Watched) -> Iterator[Shown]:
    yield Shown(revision=revision, begins=True)
    lists = NAMES_ONLY if watched.accept == _METADATA_ONLY else watched.accept
    for item in api.items(watched.path, watched.query, accept=lists):
        if entry := read(kind, item):
            yield Shown(revision=revision, entry=entry)
    yield Shown(revision=revision, whole=True)


def _watched(kind: Kind, install: str) -> Watched:
    if kind in BINDINGS:
        return Watched(path=_PATHS[kind], query=[("labelSelector", others(install))])
    if kind in ROLES:
        return Watched(path=_PATHS[kind])
    return Watched(path=_PATHS[kind], accept=_METADATA_ONLY)


def _shown(kind: Kind, change: Change) -> Shown:
    if change.type == BOOKMARK or not change.body:
        return Shown(revision=change.revision)
    entry = read(kind, change.body)
    return Shown(revision=change.revision, entry=entry, gone=change.type == DELETED)


def read(kind: Kind, item: Manifest) -> Entry | None:
    """Read one thing, and no more of it than a picture keeps; None for what says no name."""
    try:
        return _entry(kind, item)
    except UNREADABLE:
        return None


def _entry(kind: Kind, item: Manifest) -> Entry:
    metadata = item["metadata"]
    written, subjects = item.get("rules") or (), item.get("subjects") or ()
    rules, bound = _rules(item), _subjects(item)
    return Entry(
        kind=kind,
        namespace=str(metadata.get("namespace") or ""),
        name=distinct_name(str(metadata["name"])),
        labels=_notes(metadata.get("labels")),
        annotations=_notes(metadata.get("annotations")),
        rules=rules,
        aggregated=bool(item.get("aggregationRule")),
        role=_role(item) if kind in BINDINGS else None,
        subjects=bound,
        left_out=len(written) - len(rules) + len(subjects) - len(bound),
    )


def _role(item: Manifest) -> RoleRef:
    ref = item["roleRef"]
    return RoleRef(kind=RoleKind(ref["kind"]), name=distinct_name(str(ref["name"])))


def _subjects(item: Manifest) -> tuple[Subject, ...]:
    """Read the first subjects; one without a name is nobody's and left out."""
    named = (one for one in item.get("subjects") or () if one.get("name") and one.get("kind"))
    home = item["metadata"].get("namespace") or ""
    return tuple(_subject(one, home) for one in islice(named, _SUBJECTS))


def _subject(subject: Manifest, home: str) -> Subject:
    """Read a subject; an account without a namespace is of the binding's own.

    Of names that begin alike none passes for the other.
    """
    place, name = subject.get("namespace") or home, subject["name"]
    kept = name if len(name) <= _WHO else distinct_name(name)
    return found_subject({**subject, "namespace": place, "name": kept})


def _rules(item: Manifest) -> tuple[PolicyRule, ...]:
    """Read all rules, or as many of the first as fit."""
    kept, long = list[PolicyRule](), 0
    for rule in item.get("rules") or ():
        [read_, *_] = whole_rules({"rules": [rule]}) or (None,)
        if read_ is None:
            continue
        long += read_.length
        if long > _RULES_LONG:
            break
        kept.append(read_)
    return tuple(kept)


def _notes(said: Mapping[str, object] | None) -> Mapping[str, str]:
    named = ((name, text) for name, text in (said or {}).items() if name != _APPLIED)
    return {cut(name, _NOTE): cut(str(text), _NOTE) for name, text in islice(named, _NOTES)}
