"""What levels would add to what a person may do on a cluster already, by the cluster's picture."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from daypass.domain.catalog import Cluster, Level
from daypass.domain.levels import level_on
from daypass.domain.people import Person
from daypass.domain.picture import About
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.gain import Gained, bound_already, gain
from daypass.domain.rbac.levels import Access, besides, given, perhaps_given, without_lending
from daypass.domain.request import Request, RequestState
from daypass.domain.scope import Scope
from daypass.ports import Ledger
from daypass.usecases.shared.having import Had, had_on
from daypass.usecases.shared.pictured import access_for
from daypass.usecases.shared.targets import held_by

Placed = tuple[Level, Scope]
"""A level, and where it holds."""


def gained_by(request: Request, ledger: Ledger) -> Gained | None:
    """Return what the requester would gain; None where nothing of it can be known."""
    cluster = ledger.catalog.clusters.get(request.cluster)
    about = ledger.pictures.about(request.cluster) if cluster is not None else None
    levels = [level_on(request.cluster, item.level, ledger.catalog) for item in request.plan.items]
    wanted = [
        (level, item.scope)
        for level, item in zip(levels, request.plan.items, strict=True)
        if level is not None
    ]
    if cluster is None or about is None or len(wanted) < len(levels):
        return None
    held = _held_so_long(request, cluster, ledger)
    return _gained(request.requester, cluster, about, places=(wanted, held), ledger=ledger)


def gained_to_decide(request: Request, ledger: Ledger) -> Gained | None:
    """Return what people decide about while a request waits; more time adds nothing."""
    return gained_by(request, ledger) if adds_something(request) else None


def adds_something(request: Request) -> bool:
    """Whether people decide about what a request adds: it waits, and for more than time."""
    return request.state is RequestState.PENDING and request.extends is None


def gained_with(person: Person, cluster: Cluster, level: Level, *, ledger: Ledger) -> Gained | None:
    """Return what a person would gain by a level wherever it may hold; None where nobody knows.

    A glob stands for the namespaces that it matches: a ClusterRole allows the same in each.
    """
    about = ledger.pictures.about(cluster.name)
    if about is None:
        return None
    scope = level.anywhere
    held = _placed(_held(person, cluster, ledger))
    return _gained(person, cluster, about, places=([(level, scope)], held), ledger=ledger)


def _gained(
    person: Person,
    cluster: Cluster,
    about: About,
    *,
    places: tuple[Sequence[Placed], Sequence[Placed]],
    ledger: Ledger,
) -> Gained:
    """Return what the first levels add to the others and to what is bound there anyway."""
    wanted, held = places
    username = cluster.username_of(person)
    placed = [*wanted, *held]
    known = access_for(about, username, placed, ledger=ledger)
    there = without_lending((level for level, _ in placed), known)
    had = [*bound_already(username, there.bindings), *_given(held, there)]
    new = list(_given(wanted, there))
    found = gain(new, had, there)
    unsure = found.partly or any(perhaps_given(level, there) for level, _ in wanted)
    current = about.current(ledger.clock.now())
    return Gained(gain=replace(found, partly=unsure), at=about.at, current=current)


def _given(placed: Iterable[Placed], there: Access) -> Iterator[Binding]:
    for level, scope in placed:
        yield from (*given(level, scope, there), *besides(level))


def _held_so_long(request: Request, cluster: Cluster, ledger: Ledger) -> list[Placed]:
    """Return the levels that its requester holds there, but for its own, as long as it would last.

    What ends sooner is there for a while already, and not for the rest.
    """
    until = _until(request, ledger)
    held = _held(request.requester, cluster, ledger)
    return _placed(
        one
        for one in held
        if one.lease.id not in request.concerns
        and (one.lease.ends_at is None or one.lease.ends_at >= until)
    )


def _until(request: Request, ledger: Ledger) -> datetime:
    """Return when the last of what a request is about ends, or would at the latest.

    Who asks may wait for the yes as long as it waits, and takes what is free after it.
    """
    ends = [one.ends_at for one in held_by(request, ledger) if one.ends_at is not None]
    if ends and request.state is not RequestState.PENDING:
        return max(ends)
    lasts = request.duration + request.free
    return max([*ends, request.lapses_at]) + lasts


def _held(person: Person, cluster: Cluster, ledger: Ledger) -> Iterator[Had]:
    """Yield what is certainly held: of the rest nobody can say that it is there already."""
    return (one for one in had_on(cluster, person, ledger) if one.certain)


def _placed(held: Iterable[Had]) -> list[Placed]:
    return [(one.level, one.lease.scope) for one in held if one.level is not None]
