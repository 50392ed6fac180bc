"""What the configuration needs on a cluster beside what is there, object by object. Pure.

Compared is what we write. What a server adds by itself, and in which order fields and words stand,
is no difference; a rule, a subject or a condition that somebody put beside ours is one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

Manifest = Mapping[str, Any]

RBAC_KINDS: Final = ("ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding")
_HEAD: Final = frozenset({"apiVersion", "kind", "metadata", "status"})
_UNORDERED: Final = frozenset({"rules", "subjects"})
"""Lists of an RBAC object: whichever stands first, it allows the same."""
_ADDED: Final = frozenset(
    {("matchPolicy", "Equivalent"), ("apiGroup", "rbac.authorization.k8s.io")}
)
"""What a server writes beside what was sent: it is so anyway."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Thing:
    """An object by kind and name; without a name all of its kind."""

    kind: str
    namespace: str = ""
    name: str = ""

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Name what a manifest is."""
        metadata = manifest["metadata"]
        return cls(
            kind=manifest["kind"],
            namespace=metadata.get("namespace", ""),
            name=metadata["name"],
        )

    def __str__(self) -> str:
        """Read as people write it."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {place}{self.name}".rstrip()

    @property
    def deleting(self) -> str:
        """The command that takes it away."""
        place = f" -n {self.namespace}" if self.namespace else ""
        return f"kubectl delete {self.kind.lower()} {self.name}{place}"


class Standing(StrEnum):
    """How an object stands beside what is needed."""

    SAME = "same"
    MISSING = "missing"
    CHANGED = "changed"
    NEEDLESS = "too many"
    UNREAD = "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One object; `wanted` and `found` are what differs of it, `why` is for those we do not want.

    Of what could not be read `why` says what keeps us from it: nobody takes that for the same.
    """

    thing: Thing
    standing: Standing
    wanted: Manifest | None = None
    found: Manifest | None = None
    why: str = ""


def compared(wanted: Manifest, found: Manifest | None) -> Compared:
    """Compare what is rendered with what is there under its name."""
    thing = Thing.of(wanted)
    ours = _plain(wanted, wanted)
    if found is None:
        return Compared(thing=thing, standing=Standing.MISSING, wanted=ours)
    theirs = _plain(found, wanted)
    same = ours == theirs
    return Compared(
        thing=thing,
        standing=Standing.SAME if same else Standing.CHANGED,
        wanted=ours,
        found=theirs,
    )


def as_it_is(found: Manifest) -> Manifest:
    """Return what an object says that we did not write, without what servers add."""
    return _plain(found, found)


def _plain(manifest: Manifest, wanted: Manifest) -> Manifest:
    """Return as much of an object as is compared: all that it says, of its labels ours.

    Where we say nothing but its name (an account, a ConfigMap that the worker fills) what it says
    is not ours to judge.
    """
    kind, metadata = wanted["kind"], manifest["metadata"]
    labels = metadata.get("labels") or {}
    head = {
        "name": wanted["metadata"]["name"],
        "namespace": wanted["metadata"].get("namespace", ""),
        "labels": {
            name: labels[name] for name in wanted["metadata"].get("labels", {}) if name in labels
        },
    }
    said = set(manifest) - _HEAD if set(wanted) - _HEAD else set()
    body = {name: _value(kind, name, manifest[name]) for name in sorted(said)}
    return {"kind": kind, "metadata": _filled(head), **_filled(body)}


def _value(kind: str, name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return _filled({key: _value(kind, key, value[key]) for key in sorted(value)})
    if not isinstance(value, list | tuple):
        return value
    items = [_value(kind, name, one) for one in value]
    if all(isinstance(one, str) for one in items):
        return sorted(map(str, items))
    free = kind in RBAC_KINDS and name in _UNORDERED
    return sorted(items, key=_spelled) if free else items


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing, and what a server adds."""
    return {
        name: value
        for name, value in fields.items()
        if value not in (None, "", {}, [], False) and not _is_added(name, value)
    }


def _is_added(name: str, value: object) -> bool:
    return isinstance(value, str) and (name, value) in _ADDED


def _spelled(value: object) -> str:
    return json.dumps(value, sort_keys=True)
