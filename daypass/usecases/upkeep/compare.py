"""Compare: what the configuration needs on a cluster, beside what is there."""

from collections.abc import Iterator, Sequence

from daypass.domain.errors import OutsideError
from daypass.domain.upkeep.belonging import Belonging, Names, needless
from daypass.domain.upkeep.comparison import (
    RBAC_KINDS,
    Compared,
    Manifest,
    Standing,
    Thing,
    compared,
)
from daypass.ports import Each, Inspector


def compare(
    wanted: Sequence[Manifest], cluster: Inspector, *, install: str, names: Names, each: Each
) -> tuple[Compared, ...]:
    """Return each object that is needed, and each of ours that is not, as it stands.

    What cannot be read is named with the reason, and nothing else is left out for it.
    """
    beside = each(lambda one: _beside(one, cluster), wanted)
    needed = frozenset(map(Thing.of, wanted))
    return (*beside, *_too_many(needed, cluster, install=install, names=names))


def _beside(wanted: Manifest, cluster: Inspector) -> Compared:
    try:
        return compared(wanted, cluster.fetch(wanted))
    except OutsideError as error:
        return _unread(Thing.of(wanted), error)


def _too_many(
    needed: frozenset[Thing], cluster: Inspector, *, install: str, names: Names
) -> Iterator[Compared]:
    try:
        accounts = cluster.accounts()
    except OutsideError as error:
        # Which installs there are is not known, so nobody can say what is left of them.
        yield _unread(Thing(kind="ServiceAccount", namespace=names.namespace), error)
        return
    whose = Belonging(install=install, names=names, needed=needed, accounts=accounts)
    for kind in RBAC_KINDS:
        try:
            yield from (one for found in cluster.static(kind) if (one := needless(found, whose)))
        except OutsideError as error:
            yield _unread(Thing(kind=kind), error)


def _unread(thing: Thing, error: OutsideError) -> Compared:
    return Compared(thing=thing, standing=Standing.UNREAD, why=str(error))
