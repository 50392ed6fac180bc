"""Gathers what a person has on a cluster already; how much is too much is the domain's to say."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from daypass.domain.errors import UnreadableError
from daypass.domain.holding import NOTHING, Holding, held
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.people import Person, spelled
from daypass.domain.tally import Tally
from daypass.ports import GrantPorts, Ledger
from daypass.usecases.shared.readable import told_apart


def tally_of(person: Person, cluster: str, ledger: Ledger) -> Tally:
    """Return what the grants worker counted of a person on a cluster, in whatever letters."""
    return ledger.store.tally(cluster, _username(person, cluster, ledger))


def _username(person: Person, cluster: str, ledger: Ledger) -> str:
    known = ledger.catalog.clusters.get(cluster)
    return spelled(known.username_of(person)) if known is not None else ""


def holding_to_ask(person: Person, cluster: str, ledger: Ledger) -> Holding:
    """Return what stands against a new ask: leases, requests that wait, and what came of late."""
    tally = tally_of(person, cluster, ledger)
    waiting = ledger.store.pending_of(person.id)
    return Holding(
        leases=_leases(person, tally, ledger),
        waiting=tuple(
            request for request in waiting if request.cluster == cluster and request.extends is None
        ),
        starts=tally.within_minute(ledger.clock.now()),
        undecided=len(waiting),
        full=tally.full,
    )


def holding_to_extend(person: Person, ledger: Ledger) -> Holding:
    """Return what stands against asking for more time: all that somebody waits for already."""
    return Holding(undecided=len(ledger.store.pending_of(person.id)))


def holding_to_decide(person: Person, cluster: str, ledger: Ledger) -> Holding:
    """Return what stands against a yes: leases alone.

    What waits as well would hold up each other, and the grants worker sees to what is too often.
    """
    return Holding(leases=_leases(person, tally_of(person, cluster, ledger), ledger))


def holding_besides(
    lease: Lease, tally: Tally, ports: GrantPorts, *, live: Sequence[Lease] | None = None
) -> Holding:
    """Return what stands against a grant, as the grants worker knows it.

    A lease that it did not begin stands against none: whichever is begun first is granted. Nothing
    stands against one that it did begin. `live` are its holder's leases where they were read.
    """
    if lease.id in tally.running:
        return NOTHING
    begun = tuple(
        other
        for other in _leases(lease.holder, tally, ports, live=live)
        if other.state is LeaseState.ACTIVE or other.id in tally.running
    )
    starts = tally.within_minute(ports.clock.now())
    return Holding(leases=begun, starts=starts, full=tally.full)


def with_leaving(holding: Holding, tally: Tally, ports: GrantPorts) -> Holding:
    """Return the same with all that the worker began and has not ended, whatever the store says.

    Who says for a moment that a lease is over gets no second beside it.
    """
    now = ports.clock.now()
    there = tuple(lease for lease in holding.leases if held(lease, now))
    leaving = set(tally.running).difference(lease.id for lease in there)
    return replace(holding, leases=(*there, *tally.standing(leaving, ports.catalog.longest)))


def tallies_of(leases: Sequence[Lease], ports: GrantPorts) -> Mapping[str, Tally | None]:
    """Return the tallies that may have these leases, by username; None for a damaged one."""
    usernames = (username for lease in leases for username in _usernames(lease, ports))
    return ports.store.tallies(ports.name, tuple(dict.fromkeys(usernames)))


def of_holder(lease: Lease, tallies: Mapping[str, Tally | None], ports: GrantPorts) -> Tally | None:
    """Return the one of whom the configuration takes its holder for; None where it is damaged."""
    return tallies.get(_username(lease.holder, ports.name, ports))


def tallies_with(lease: Lease, ports: GrantPorts) -> tuple[Tally, ...]:
    """Return the tallies in which a lease was begun and is not over; none that is damaged."""
    return tuple(tally for tally in _counted([lease], ports) if lease.id in tally.running)


def tallies_settled(
    leases: Sequence[Lease], ports: GrantPorts, *, until: datetime | None = None
) -> tuple[Tally, ...]:
    """Return the tallies that say that an attempt of these leases may go on, with none that may.

    With leases that last `until` then.
    """
    names, counted = [lease.id for lease in leases], _counted(leases, ports)
    pairs = ((tally, tally.settled(names, until=until)) for tally in counted)
    return tuple(now for before, now in pairs if now != before)


def tallies_without(leases: Sequence[Lease], ports: GrantPorts) -> tuple[Tally, ...]:
    """Return the tallies that have these leases, with them over; what is damaged keeps no end."""
    names = frozenset(lease.id for lease in leases)
    there = _counted(leases, ports)
    return tuple(tally.ended(names) for tally in there if not names.isdisjoint(tally.running))


def _counted(leases: Sequence[Lease], ports: GrantPorts) -> Sequence[Tally]:
    """Return the tallies that may have leases, but for damaged ones."""
    known = dict(tallies_of(leases, ports))
    begun = {name for tally in known.values() if tally is not None for name in tally.leases}
    known |= _tallies_of_requesters([one for one in leases if one.id not in begun], ports)
    return [tally for tally in known.values() if tally is not None]


def _tallies_of_requesters(
    leases: Sequence[Lease], ports: GrantPorts
) -> Mapping[str, Tally | None]:
    """Return the tallies of who asked for leases that were begun in none of their holders'.

    Who may write a lease need not be able to write its request, and without that it is not granted:
    so whatever it says of its holder by now, it is over, or has another end, where it would be
    granted again.
    """
    people = list[Person]()
    for name in dict.fromkeys(lease.request for lease in leases):
        with suppress(UnreadableError):
            request = ports.store.request(name)
            people += [request.requester] if request is not None else []
    usernames = tuple(dict.fromkeys(_username(person, ports.name, ports) for person in people))
    return ports.store.tallies(ports.name, usernames) if usernames else {}


def _usernames(lease: Lease, ports: GrantPorts) -> tuple[str, ...]:
    """Return whose tally may have a lease: the configuration may name its holder otherwise since.

    The lease's own word takes nothing away: only a tally that names it is asked.
    """
    now = _username(lease.holder, ports.name, ports)
    return tuple(dict.fromkeys((now, lease.username or now)))


def _leases(
    person: Person, tally: Tally, ledger: Ledger, *, live: Sequence[Lease] | None = None
) -> tuple[Lease, ...]:
    """Return the live leases of an account there, and those of any other of that username.

    What the tally names is found although somebody struck it off the person's list, and is what
    it was begun for although somebody wrote something else into it, or nothing that can be read.
    """
    listed = ledger.store.live_of(person.id) if live is None else live
    found = {lease.id: lease for lease in listed}
    others = [name for name in tally.running if name not in found]
    read, damaged = told_apart(others, ledger)
    found |= {name: lease for name, lease in read.items() if lease.live}
    begun = map(tally.as_begun, found.values())
    there = tuple(lease for lease in begun if lease.cluster == tally.cluster)
    return (*there, *tally.standing(damaged, ledger.catalog.longest))
