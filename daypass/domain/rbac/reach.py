"""What rules add up to, piece by piece, and what of it somebody has not already."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from daypass.domain.rbac.rules import ANY, PolicyRule, patterns

MOST: Final = 5_000
"""Pieces that are told apart; `admin` of a cluster has some 600. Whoever may write a role can make
one whose words multiply to billions: what is beyond is counted as there, and not gone into."""
_LOOKED_AT: Final = 20 * MOST
"""Pieces that are compared at all, for many rules may say the same."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Permission:
    """One verb on one resource (`pods`, `pods/log`; `*` is every one), or on a path.

    Without a name it is for all of them.
    """

    group: str = ""
    resource: str = ""
    verb: str
    name: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Some rules as pieces; `more` says that there are others beyond MOST."""

    permissions: frozenset[Permission]
    more: bool = False

    def covers(self, wanted: Permission) -> bool:
        """Whether one of the pieces is as wide as that; what is beyond MOST covers nothing."""
        return any(one in self.permissions for one in _wider(wanted))

    def __sub__(self, other: "Reach") -> "Reach":
        """Return what of this the other does not have."""
        rest = frozenset(one for one in self.permissions if not other.covers(one))
        return Reach(permissions=rest, more=self.more)


NOWHERE: Final = Reach(permissions=frozenset())


def reach(rules: Iterable[PolicyRule]) -> Reach:
    """Return what rules add up to; what a wider piece among them covers is left out."""
    pieces = (piece for rule in rules for piece in _pieces(rule))
    first = frozenset(islice(_distinct(islice(pieces, _LOOKED_AT)), MOST + 1))
    # Whoever may write a role says the same again and again before what nobody is to see.
    more = len(first) > MOST or next(pieces, None) is not None
    kept = Reach(permissions=frozenset(sorted(first)[:MOST]))
    widest = frozenset(one for one in kept.permissions if not _covered_by_another(one, kept))
    return Reach(permissions=widest, more=more)


def _distinct(pieces: Iterator[Permission]) -> Iterator[Permission]:
    """Yield each once."""
    seen: set[Permission] = set()
    for piece in pieces:
        if piece not in seen:
            seen.add(piece)
            yield piece


def _pieces(rule: PolicyRule) -> Iterator[Permission]:
    """Yield what one rule says, a word that stands there twice once."""
    verbs, groups, resources, names, urls = map(dict.fromkeys, rule.words)
    for group, resource, verb, name in product(groups, resources, verbs, names or ("",)):
        yield Permission(group=group, resource=resource, verb=verb, name=name)
    for path, verb in product(dict.fromkeys(map(_one_star, urls)), verbs):
        yield Permission(path=path, verb=verb)


def _one_star(url: str) -> str:
    """Write a path that ends in stars with one: that says the same."""
    return f"{url.rstrip(ANY)}{ANY}" if url.endswith(ANY) else url


def _covered_by_another(piece: Permission, there: Reach) -> bool:
    return any(one in there.permissions for one in _wider(piece) if one != piece)


def _wider(piece: Permission) -> Iterator[Permission]:
    """Yield the piece, and every one that would cover it: few, whatever else there is."""
    verbs = dict.fromkeys((piece.verb, ANY))
    if piece.path:
        beginnings = (f"{piece.path[:end]}{ANY}" for end in range(len(piece.path) + 1))
        for path, verb in product(dict.fromkeys((piece.path, *beginnings)), verbs):
            yield Permission(path=path, verb=verb)
        return
    names, groups = dict.fromkeys((piece.name, "")), dict.fromkeys((piece.group, ANY))
    resources = dict.fromkeys(patterns(piece.resource))
    for group, resource, verb, name in product(groups, resources, verbs, names):
        yield Permission(group=group, resource=resource, verb=verb, name=name)


def by_resource(there: Reach) -> Mapping[tuple[str, str, str], tuple[str, ...]]:
    """Return the verbs for each group, resource and name, in order; paths are not in it."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for piece in sorted(there.permissions):
        if not piece.path:
            key = piece.group, piece.resource, piece.name
            found.setdefault(key, []).append(piece.verb)
    return {key: tuple(verbs) for key, verbs in found.items()}
