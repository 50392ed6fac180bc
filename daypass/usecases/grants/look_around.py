"""Look around: keep what a cluster shows of itself, and say what levels rest on that shifted.

What is said is found by comparing with what is kept, and committed with it: once, whoever looks,
and whatever dies in between.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.discovery import Snapshot, wanted
from daypass.domain.ids import RequestId, request_of
from daypass.domain.levels import levels_on
from daypass.domain.listing import few
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.request import Request
from daypass.domain.scope import Scope
from daypass.domain.shift import Shift
from daypass.domain.shifting import (
    MOST,
    differing,
    news,
    offered,
    points_at,
    resting_on,
    shifted,
)
from daypass.ports import Change, GrantPorts, Promise
from daypass.usecases.grants.epochs import restoring
from daypass.usecases.grants.near_names import near_names
from daypass.usecases.shared.events import GRANTS_WORKER
from daypass.usecases.shared.rows import card, shifts_row

TOLD: Final = 100
"""Requests that hear of one look's shifts: Slack takes about one message a second."""
NAMED: Final = 20
"""Levels that an event names."""
TRIES: Final = 3
"""Of keeping what was seen beside others who look; then it is kept whatever is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Concerned:
    """Who points at what: requests that wait or whose leases run, by what they rest on."""

    offered: frozenset[str]
    requests: Mapping[str, frozenset[RequestId]]
    pending: frozenset[RequestId]

    def keys(self, among: Collection[str]) -> frozenset[str]:
        """Return those that anything points at."""
        return frozenset(key for key in among if key in self.offered or key in self.requests)


def look_around(ports: GrantPorts) -> Snapshot:
    """Look at what levels need of the cluster, keep it, and say what shifted.

    It is as old as its beginning: of two looks that overlap the later one is believed.
    """
    began, asked = ports.clock.now(), wanted(ports.catalog, ports.name)
    seen = replace(ports.cluster.discover(asked), taken_at=began, asked_for=asked)
    seen = replace(seen, near=near_names(seen, ports))
    keep_and_say(seen, ports)
    return seen


def keep_and_say(seen: Snapshot, ports: GrantPorts) -> None:
    """Keep a look that began at its `taken_at`, with what it says; an older one is dropped.

    In restore mode nothing is said until the cluster is proven.
    """
    for last in (*(False,) * (TRIES - 1), True):
        before = ports.store.seen_of(ports.name)
        kept, with_it = _compared(before, seen, ports)
        after = None if last else before
        if ports.store.keep_seen(kept, after=after, with_it=with_it):
            return
        if before is not None and before.taken_at >= seen.taken_at:
            return


def _compared(
    before: Snapshot | None, seen: Snapshot, ports: GrantPorts
) -> tuple[Snapshot, Change | None]:
    if before is None:
        return seen, None
    otherwise = differing(before, seen)
    if not otherwise:
        return shifted(before, seen, (), most=MOST), None
    concerned = _concerned(otherwise, ports)
    most = 0 if restoring(ports) else MOST
    kept = shifted(before, seen, concerned.keys(otherwise), most=most)
    said = news(kept)
    return kept, _told(said, concerned, ports) if said else None


def _told(said: Sequence[Shift], concerned: _Concerned, ports: GrantPorts) -> Change:
    now = said[0].at
    found = {one for s in said for one in concerned.requests.get(s.key, ())}
    # Who decides is told before who has it.
    requests = sorted(found, key=lambda one: (one not in concerned.pending, one))
    rows: tuple[Promise, ...] = tuple(card(one, now) for one in requests[:TOLD])
    return Change(
        move=ports.ids.move(),
        events=tuple(_event(shift, concerned, ports) for shift in said),
        promises=(*rows, shifts_row(ports.name, now)),
    )


def _event(shift: Shift, concerned: _Concerned, ports: GrantPorts) -> AuditEvent:
    levels = resting_on(shift.key, ports.catalog, ports.name)
    facts = {
        "what": shift.turn.value,
        "was": _digest(shift.was),
        "now": _digest(shift.now),
        "risks_gained": ", ".join(shift.gained),
        "risks_lost": ", ".join(shift.lost),
        "levels": few(levels, NAMED),
        "requests": str(len(concerned.requests.get(shift.key, ()))),
    }
    return AuditEvent(
        at=shift.at,
        action=Action.LEVEL_CHANGED,
        actor=GRANTS_WORKER,
        subject=shift.key,
        cluster=ports.name,
        facts={name: said for name, said in facts.items() if said},
    )


def _digest(meaning: Meaning | None) -> str:
    return "" if meaning is None else meaning.digest


def _concerned(among: Collection[str], ports: GrantPorts) -> _Concerned:
    """Find whoever points at something; leases are read only where something shifted."""
    here = {level.name: level for level in levels_on(ports.name, ports.catalog)}
    found: dict[str, set[RequestId]] = {}
    waiting = [one for one in ports.store.pending() if one.cluster == ports.name]
    for request, name, scope in (*_asked(waiting), *_held(ports)):
        if name in here:
            for key in points_at(here[name], scope).intersection(among):
                found.setdefault(key, set()).add(request)
    return _Concerned(
        offered=frozenset(key for level in here.values() for key in offered(level)),
        requests={key: frozenset(ids) for key, ids in found.items()},
        pending=frozenset(one.id for one in waiting),
    )


_Place = tuple[RequestId, str, Scope]
"""A request, a level, and where."""


def _asked(waiting: Sequence[Request]) -> Iterator[_Place]:
    for request in waiting:
        yield from ((request.id, item.level, item.scope) for item in request.plan.items)


def _held(ports: GrantPorts) -> Iterator[_Place]:
    for lease in ports.store.live_on(ports.name).values():
        if lease.grantable:
            yield request_of(lease.id), lease.level, lease.scope
