"""Reads the picture of a cluster, as far as somebody sees it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from daypass.domain.catalog import Level
from daypass.domain.deliveries import roles_needed
from daypass.domain.errors import RefusedError
from daypass.domain.grant import Subject
from daypass.domain.picture import BINDINGS, ROLES, About, Entry, Kind
from daypass.domain.rbac.levels import Access, access, acted_as
from daypass.domain.reasons import NotPictured
from daypass.domain.review import EVERYBODY
from daypass.domain.scope import Scope
from daypass.domain.search import Query, Thing, find
from daypass.domain.sight import Sight
from daypass.ports import Ledger


def about_of(cluster: str, ledger: Ledger) -> About:
    """Return what is to be said of a picture; raises RefusedError where there never was one."""
    about = ledger.pictures.about(cluster)
    if about is None:
        raise RefusedError(NotPictured(cluster=cluster))
    return about


def found(cluster: str, query: Query, sight: Sight, *, ledger: Ledger) -> tuple[Thing, ...]:
    """Return what fits of what is seen there, the best first."""
    entries = chain.from_iterable(ledger.pictures.entries(cluster, kind) for kind in Kind)
    return find(sight.all_of(entries), query)


def with_lacking(things: Sequence[Thing], about: About, *, ledger: Ledger) -> tuple[Thing, ...]:
    """Return things, and which of the roles that they have to do with are not there.

    For whoever sees everything; of a kind of role that is not seen whole nothing is missed.
    """
    whole = [kind for kind in ROLES if not (kind in about.unseen or about.left_out.get(kind))]
    there = frozenset[str]().union(*(ledger.pictures.keys(about.cluster, one) for one in whole))
    kinds = tuple(f"{kind}/" for kind in whole)
    return tuple(
        replace(thing, lacking=frozenset(key for key in absent if key.startswith(kinds)))
        if (absent := thing.role_keys - there)
        else thing
        for thing in things
    )


def bindings_of(cluster: str, ledger: Ledger) -> Iterator[Entry]:
    """Yield everybody's bindings on a cluster."""
    return chain.from_iterable(ledger.pictures.entries(cluster, kind) for kind in BINDINGS)


def access_of(
    about: About, bindings: Iterable[Entry], keys: Iterable[str], *, ledger: Ledger
) -> Access:
    """Return what those bindings mean, their roles and the roles of these keys looked up."""
    there = {entry.key: entry for entry in bindings}
    bound = (one.role_key for entry in there.values() if (one := entry.binding) is not None)
    wanted = tuple(dict.fromkeys((*bound, *keys)))
    roles = ledger.pictures.named(about.cluster, wanted)
    return access(there.values(), roles.values(), about)


def access_for(
    about: About, username: str, wanted: Sequence[tuple[Level, Scope]], *, ledger: Ledger
) -> Access:
    """Return the part of what is bound there that may concern somebody, and levels in scopes."""
    subjects = {
        Subject(name=username),
        Subject(name=EVERYBODY, kind="Group"),
        *chain.from_iterable(acted_as(level) for level, _ in wanted),
    }
    bindings = (e for e in bindings_of(about.cluster, ledger) if _concerns(e, subjects))
    needed = (key for level, scope in wanted for key in roles_needed(level, scope))
    return access_of(about, bindings, needed, ledger=ledger)


def _concerns(entry: Entry, subjects: set[Subject]) -> bool:
    return bool(entry.left_out) or not subjects.isdisjoint(entry.subjects)
