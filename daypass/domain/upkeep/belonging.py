"""What on a cluster is this install's and needed no more: left by an earlier configuration. Pure.

The names of accounts, guards and watermarks end with their install. Roles by which people act as a
group do not: two installs may share one.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from daypass.domain.upkeep.comparison import (
    Compared,
    Manifest,
    Standing,
    Thing,
    as_it_is,
)

PART_OF: Final = "app.kubernetes.io/part-of"
OURS: Final = "daypass"
_ALL_OURS: Final = "daypass-"
_ACCOUNT: Final = "ServiceAccount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How what is static is named: whose account is `worker`INSTALL, in which namespace.

    What begins with one of `whole` is applied on its own, and no leftover.
    """

    namespace: str
    worker: str
    whole: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """What an install needs, and which accounts there are in our namespace."""

    install: str
    names: Names
    needed: Collection[Thing]
    accounts: Collection[str]

    @property
    def installs(self) -> tuple[str, ...]:
        """The installs that have an account here, and this one."""
        head = self.names.worker
        found = {one.removeprefix(head) for one in self.accounts if one.startswith(head)}
        return tuple(sorted(found | {self.install}))

    @property
    def others(self) -> tuple[str, ...]:
        """The other installs that have an account here."""
        return tuple(one for one in self.installs if one != self.install)


def needless(found: Manifest, belonging: Belonging) -> Compared | None:
    """Say of an object why it is too many; None where it is needed, or none of ours."""
    thing = Thing.of(found)
    if thing in belonging.needed:
        return None
    why = _gives_us(found, belonging) or _left(found, thing, belonging)
    if not why:
        return None
    return Compared(thing=thing, standing=Standing.NEEDLESS, found=as_it_is(found), why=why)


def _gives_us(found: Manifest, belonging: Belonging) -> str:
    """Say whether a binding gives our worker what the configuration does not need."""
    names = belonging.names
    account = f"{names.worker}{belonging.install}"
    if (account in _accounts(found, names)) or _in_group(found, names, account):
        role = (found.get("roleRef") or {}).get("name", "")
        return f"it gives the grants worker the role {role}, which the configuration does not need"
    return ""


def _in_group(found: Manifest, names: Names, account: str) -> bool:
    """Whether it names the worker as a user, or all accounts of our namespace."""
    meant = {
        ("Group", f"system:serviceaccounts:{names.namespace}"),
        ("User", f"system:serviceaccount:{names.namespace}:{account}"),
    }
    return any((one.get("kind"), one.get("name")) in meant for one in _subjects(found))


def _left(found: Manifest, thing: Thing, belonging: Belonging) -> str:
    labels = found["metadata"].get("labels") or {}
    if labels.get(PART_OF) != OURS or not thing.name.startswith(_ALL_OURS):
        return ""
    names = belonging.names
    if thing.name.startswith(names.whole):
        return ""
    if not thing.name.startswith(names.worker):
        return _left_role(found, belonging)
    owner = _owner(thing.name.removeprefix(names.worker), belonging.installs)
    if owner == belonging.install:
        return "the configuration does not need it any more"
    if owner:
        return ""
    return "it is of an install whose account is not there: who makes that has its rights"


def _left_role(found: Manifest, belonging: Belonging) -> str:
    bound = _accounts(found, belonging.names)
    if bound and not bound.intersection(belonging.accounts):
        return "it binds accounts that are not there: who makes one has its rights"
    if bound:
        return ""  # Of another install's.
    shared = " or ".join(belonging.others)
    unless = f"; keep it if install {shared} needs it" if shared else ""
    return f"no level needs it any more{unless}"


def _owner(rest: str, installs: tuple[str, ...]) -> str:
    """Return the install after which that is named: the longest of those that fit."""
    fit = [one for one in installs if rest == one or rest.startswith(f"{one}-")]
    return max(fit, key=len, default="")


def _accounts(found: Manifest, names: Names) -> set[str]:
    """Return the accounts of our namespace that a binding names."""
    return {
        str(one.get("name"))
        for one in _subjects(found)
        if one.get("kind") == _ACCOUNT and one.get("namespace") == names.namespace
    }


def _subjects(found: Manifest) -> Iterator[Mapping[str, object]]:
    yield from (one for one in found.get("subjects") or () if isinstance(one, Mapping))
