"""Who: who can act on a cluster now, by what was granted for a while and by what always is."""

from dataclasses import dataclass
from typing import Final

from daypass.domain.ids import PersonId
from daypass.domain.lease import Lease
from daypass.domain.picture import Entry
from daypass.domain.search import ORDER, Thing, things
from daypass.ports import AskPorts
from daypass.usecases.requests.look import View, look
from daypass.usecases.shared.over_there import as_said
from daypass.usecases.shared.pictured import bindings_of
from daypass.usecases.shared.readable import told_apart
from daypass.usecases.shared.standing import unlooked

READ: Final = 2_000
"""Leases of one cluster that are gone through for one answer; a screen shows ten of them."""
_OURS: Final = "system:"
"""What Kubernetes calls itself: listed last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Ask who can act on a cluster, in some of its namespaces or in any."""

    actor: PersonId
    cluster: str
    namespaces: tuple[str, ...] = ()
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Leases that hold there, first to end first, and subjects of standing bindings.

    `unlooked`: the store was lost, and what is there was not looked at since. `unread` counts
    leases of the cluster that were not looked at; the number is for administrators. `crowded`
    counts bindings that name more subjects than a picture keeps.
    """

    asked: Who
    view: View
    leases: tuple[Lease, ...]
    standing: tuple[Thing, ...]
    unlooked: bool = False
    unread: int = 0
    crowded: int = 0


def who(command: Who, ports: AskPorts, most: int = READ) -> Present:
    """Say who can act there, as far as one may see it; so many leases are looked at."""
    view = look(command.actor, command.cluster, ports)
    doubted = bool(unlooked([command.cluster], ports))  # First: what is found meanwhile is listed.
    names = ports.store.names_on(command.cluster)
    read, damaged = told_apart(names[:most], ports)
    unread = max(len(names) - most, 0) + len(damaged)
    places = frozenset(command.namespaces)
    leases = as_said([one for one in read.values() if _seen(one, places, view)], ports)
    bindings = _bindings(places, view, ports)
    return Present(
        asked=command,
        view=view,
        leases=tuple(sorted(leases, key=lambda one: (one.ends_at or view.now, one.id))),
        standing=tuple(sorted((one for one in things(bindings) if one.bindings), key=_order)),
        unlooked=doubted,
        unread=unread,
        crowded=sum(bool(one.left_out) for one in bindings),
    )


def _seen(lease: Lease, places: frozenset[str], view: View) -> bool:
    # Before it is proven, and until it is gone, its objects may let somebody act.
    if not lease.live or lease.attempt is None or lease.cluster != view.cluster.name:
        return False
    scope = lease.scope
    there = not places or scope.cluster_wide or not places.isdisjoint(scope.namespaces)
    return there and (lease.holder.id == view.person.id or view.sight.of_lease(lease))


def _bindings(places: frozenset[str], view: View, ports: AskPorts) -> tuple[Entry, ...]:
    """Return the bindings that one sees and that count there, each once."""
    entries = view.sight.all_of(bindings_of(view.cluster.name, ports))
    counting = (entry for entry in entries if _counts(entry, places))
    return tuple({entry.key: entry for entry in counting}.values())


def _counts(entry: Entry, places: frozenset[str]) -> bool:
    """Whether a binding counts there; one of the whole cluster counts everywhere."""
    return not places or not entry.namespace or entry.namespace in places


def _order(thing: Thing) -> tuple[bool, int, str, str]:
    own = f"{thing.namespace}{thing.name}".startswith((_OURS, "kube-"))
    return own, ORDER.index(thing.kind), thing.namespace, thing.name
