"""What roles allow, by the API server's own word, kept for a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import TooMuchError, reading, refusal
from daypass.adapters.kubernetes.manifests import (
    Manifest,
    path_of_role,
    role_path,
    rules,
    whole_rules,
)
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.wide import PATIENCE, Wide
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import Meaning, meaning

_RULES_KEPT: Final = 30.0
"""Seconds; a role that changes in between is proven by yesterday's rules, at worst not at all."""
_MEANING_KEPT: Final = 1.0
"""Seconds; many grants of one moment are one question. A role that is changed so soon before a
grant gives no more than one that is changed so soon after it, to whoever has it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One role, when it was asked for: the first of its rules, and what all of them mean.

    Without a meaning it is too long to be read whole; it is not `there` where it does not exist.
    """

    at: float
    rules: tuple[PolicyRule, ...] = ()
    meaning: Meaning | None = None
    there: bool = True


class Roles:
    """Safe to use from several threads: whoever is later reads once more at worst."""

    def __init__(self) -> None:
        self._read: dict[str, _Read] = {}
        self._wide = Wide()

    def means(self, api: Api, roles: Sequence[str]) -> Mapping[str, Meaning]:
        """Return what those of `roles` that are there allow; raises OutsideError."""
        found = {role: self._now(api, path_of_role(role), _MEANING_KEPT).meaning for role in roles}
        return {role: one for role, one in found.items() if one is not None}

    def rules(self, api: Api, planned: GrantObject) -> tuple[PolicyRule, ...]:
        """Return the rules of the role that `planned` binds; raises OutsideError."""
        read = self._now(api, role_path(planned), _RULES_KEPT)
        if not read.there:
            raise PermanentOutsideError(f"{api.name}: {planned.role} does not exist")
        return read.rules

    def forget(self) -> None:
        """Read anew from now on."""
        self._read.clear()

    def _now(self, api: Api, place: str, kept: float) -> _Read:
        """Return what is known of a role, or ask; who waited to read a wide one has it by then."""

        def asked(most: int) -> _Read | Reply:
            return self._fresh(place, kept) or api.get(place, most=most)

        at = monotonic()
        try:
            with self._wide.answer(asked, within=PATIENCE) as found:
                known = found if isinstance(found, _Read) else _read(api, place, found, at=at)
                self._read[place] = known
        except TooMuchError:
            known = self._read[place] = _Read(at=at)
        return known

    def _fresh(self, place: str, kept: float) -> _Read | None:
        known = self._read.get(place)
        return known if known is not None and monotonic() < known.at + kept else None


def _read(api: Api, place: str, reply: Reply, *, at: float) -> _Read:
    if reply.status == HTTPStatus.NOT_FOUND:
        return _Read(at=at, there=False)
    if not reply.good:
        raise refusal(api.what("GET", place), reply, writes=False)
    with reading(api.what("GET", place), writes=False):
        return _Read(at=at, rules=rules(reply.body), meaning=_meaning(reply.body))


def _meaning(role: Manifest) -> Meaning | None:
    whole = whole_rules(role)
    return meaning(whole) if whole is not None else None
