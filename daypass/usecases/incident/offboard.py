"""Offboard: say who is nobody any more, or may ask for it no more, and so loses what they hold.

Doubt about Slack is no doubt about a person: an outage revokes nothing. It delays nothing either,
for whatever else ends is no business of this.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from sys import intern
from typing import Final

from daypass.domain.approvers import renamed
from daypass.domain.errors import (
    OutsideError,
    PermanentOutsideError,
    RefusedError,
    TemporaryOutsideError,
    UnreadableError,
)
from daypass.domain.freshness import ahead
from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import Lease
from daypass.domain.offboarding import Offboarding
from daypass.domain.people import Person
from daypass.domain.policy import offered_there
from daypass.domain.tally import Start
from daypass.ports import Change, Claim, Ledger, NotifyPorts
from daypass.usecases.shared.asked import as_asked
from daypass.usecases.shared.holdings import tally_of
from daypass.usecases.shared.identify import recognized, unpinned
from daypass.usecases.shared.pauses import no_sooner
from daypass.usecases.shared.readable import readable
from daypass.usecases.shared.rows import end_row, holder_row
from daypass.usecases.shared.settle import DONE, Outcome, again, settle

AGAIN: Final = timedelta(seconds=5)
"""After the first answer that did not come; the next wait is the usual one."""

PAGE: Final = 500
"""Leases that are read at once while it is looked who holds anything."""

Lost = Callable[[Lease], str]
"""Why its holder may not have a lease any more, for people; empty: they may."""
Unseen = Callable[[OutsideError], None]
"""Hears why nobody says whether somebody may still hold what they hold."""


def offboard(
    claim: Claim, ports: NotifyPorts, *, unseen: Unseen = lambda _: None
) -> tuple[Offboarding, ...]:
    """Look whether a person may still hold what they hold; return what they may not, to be ended.

    The promise is done once they hold nothing, else it is due again; also where Slack does not
    say: then everything stays as it is, and `unseen` hears why.
    """
    said, outcome = _look(PersonId(claim.promise.subject), ports, unseen)
    settle(claim, outcome, ports)
    return said


def offboard_unasked(
    person: PersonId, ports: NotifyPorts, *, unseen: Unseen = lambda _: None
) -> tuple[Offboarding, ...]:
    """Do the same although nothing says that it is time to, and promise the next look."""
    said, outcome = _look(person, ports, unseen)
    if outcome.again is not None:
        ports.agenda.ensure(holder_row(person, outcome.again), within=timedelta(0))
    return said


def holders(known: Mapping[LeaseId, PersonId], ports: Ledger) -> Mapping[LeaseId, PersonId]:
    """Return whose each lease is that is listed on a cluster; only what is not `known` is read."""
    listed = {name for cluster in ports.catalog.clusters for name in ports.store.names_on(cluster)}
    found = {name: known[name] for name in listed & known.keys()}
    new = iter(listed - known.keys())
    while page := list(islice(new, PAGE)):
        held = (lease for lease in readable(page, ports).values() if lease.grantable)
        # Who holds a hundred leases is named once.
        found |= {lease.id: PersonId(intern(lease.holder.id)) for lease in held}
    return found


def _look(
    person: PersonId, ports: NotifyPorts, unseen: Unseen
) -> tuple[tuple[Offboarding, ...], Outcome]:
    """Return what somebody may not hold any more, and when to look at them again."""
    if not _held(person, ports):
        return (), DONE
    try:
        lost = _lost(person, ports)
    except OutsideError as trouble:
        unseen(trouble)
        return (), _later(person, trouble, ports)
    names = [lease.id for lease in _held(person, ports)]
    said = [_say_beside_others(name, lost, ports) for name in names]
    next_look = again(ports.clock.now() + ports.catalog.look_at_holders)
    return tuple(one for some in said for one in some), next_look


def look_soon(person: PersonId, ports: Ledger) -> bool:
    """Have a person looked at now, for Slack says that something about them changed.

    Returns False where they hold nothing: then nobody has to look.
    """
    if not _held(person, ports):
        return False
    row = holder_row(person, ports.clock.now())
    ports.store.commit(Change(move=ports.ids.move(), promises=(row,)))
    return True


def _held(person: PersonId, ports: Ledger) -> tuple[Lease, ...]:
    return tuple(lease for lease in ports.store.live_of(person) if lease.grantable)


def _lost(name: PersonId, ports: NotifyPorts) -> Lost:
    """Ask Slack and the rules anew; raises OutsideError when they do not say."""
    try:
        person = _somebody(name, ports)
    except RefusedError as nobody:
        why = str(nobody).removesuffix(".")
        return lambda _: why
    return lambda lease: _unruled(lease, person, ports)


def _somebody(name: PersonId, ports: NotifyPorts) -> Person:
    """Return who it is; a pin that is of no use must not keep what no rule gives any more."""
    try:
        return recognized(name, ports)
    except PermanentOutsideError:
        return unpinned(name, ports)


def _unruled(lease: Lease, person: Person, ports: NotifyPorts) -> str:
    cluster = ports.catalog.clusters.get(lease.cluster)
    if cluster is None or _by_newer_rules(lease, person, ports):
        return ""
    if (names := renamed(lease.holder, person, cluster)) is not None:
        was, is_now = names  # Whoever gets the old name would have it.
        return f"it was given to the user {was}, and its holder is {is_now} there by now"
    if ports.catalog.workflow_for(person, cluster, lease.level) is None:
        return "no workflow lets its holder ask for it any more"
    if not offered_there(lease.level, lease.scope, cluster=cluster, catalog=ports.catalog):
        return f"{lease.level} is not offered there any more"
    return ""


def _by_newer_rules(lease: Lease, person: Person, ports: NotifyPorts) -> bool:
    """Whether a lease rests on rules that we do not know yet: versions that differ end nothing.

    Whatever it or its request says of that, once the grants worker began it.
    """
    begun = _begun(lease, person, ports)
    approved = min(lease.approved_at, begun.at) if begun is not None else lease.approved_at
    if approved < ports.read_at or ahead(approved, ports.clock.now()):
        return False
    if begun is not None and begun.version:
        return begun.version != ports.catalog.version
    with suppress(UnreadableError):  # It says nothing of newer rules, and keeps nobody from this.
        request = ports.store.request(lease.request)
        return request is not None and request.plan.version != ports.catalog.version
    return False


def _begun(lease: Lease, person: Person, ports: NotifyPorts) -> Start | None:
    """Return what the grants worker wrote down of a lease, by its holder's name of now or then."""
    for holder in (person, lease.holder):
        with suppress(UnreadableError):
            if (start := tally_of(holder, lease.cluster, ports).start_of(lease.id)) is not None:
                return start
    return None


def _say_beside_others(name: LeaseId, lost: Lost, ports: NotifyPorts) -> tuple[Offboarding, ...]:
    """Say it of one of several: whoever damages it keeps no other."""
    with suppress(UnreadableError):
        stored = ports.store.lease(name)
        lease = None if stored is None else as_asked(stored, ports)
        if lease is not None and lease.grantable and (why := lost(lease)):
            return (_say(lease, why, ports),)
    return ()


def _say(lease: Lease, why: str, ports: NotifyPorts) -> Offboarding:
    """Have a lease ended by the grants worker of its cluster, for its row is due now.

    One that is due already stays as it is: since when it waits is what an alert goes by.
    """
    said = Offboarding(lease=lease.id, why=why)
    ports.store.keep_offboarding(said, cluster=lease.cluster)
    ports.agenda.ensure(end_row(lease, ports.clock.now()), within=timedelta(0))
    ports.agenda.wake(lease.cluster)
    return said


def _later(person: PersonId, trouble: OutsideError, ports: NotifyPorts) -> Outcome:
    """Look again: soon the first time, at the usual pace after that, or when Slack said."""
    now, usual = ports.clock.now(), ports.catalog.look_at_holders
    first = ports.store.once(f"unseen:{person}", 10 * usual)
    asked = trouble.delay if isinstance(trouble, TemporaryOutsideError) else None
    wait = max(asked or timedelta(0), min(AGAIN, usual) if first else usual)
    return again(now + no_sooner(wait, person, now))
