"""What a role, or a group, allows: in one word that changes with it, and in the risks of it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from daypass.domain.rbac.risk import Risk, risks
from daypass.domain.rbac.rules import PolicyRule

_BYTES: Final = 20
"""Of a digest: who may write a role must not find two that are told apart by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`digest` tells what is allowed from anything else; `risks` are what that may lead to."""

    digest: str
    risks: tuple[Risk, ...] = ()


UNKNOWN: Final = Meaning(digest="")
"""Of what nobody has looked at; nothing that was read has an empty digest."""
TOO_MUCH: Final = Meaning(digest="too much to be read")
"""Of what is there, and is not known: nothing is granted by it, and it may give anything."""


def meaning(rules: Iterable[PolicyRule]) -> Meaning:
    """Return what rules mean, in whatever order they and their words stand."""
    there = tuple(rules)
    return Meaning(digest=_digest(there), risks=risks(there))


def together(parts: Iterable[tuple[str, Meaning]]) -> Meaning:
    """Return what several named things mean together: roles of a level, bindings of a group."""
    kept = sorted(dict(parts).items())
    found = {risk for _, one in kept for risk in one.risks}
    whole = (Risk.EVERYTHING,) if Risk.EVERYTHING in found else [r for r in Risk if r in found]
    return Meaning(digest=_hash([[name, one.digest] for name, one in kept]), risks=tuple(whole))


def _digest(rules: Sequence[PolicyRule]) -> str:
    return _hash(sorted({_written(rule) for rule in rules}))


def _written(rule: PolicyRule) -> str:
    return json.dumps([sorted(set(words)) for words in rule.words])


def _hash(said: object) -> str:
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=_BYTES).hexdigest()
