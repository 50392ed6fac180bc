"""What really happened, kept where no crash and no lost store reaches it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, LeaseState
from tests.builders import World


@dataclass(slots=True)
class Ghost:
    """Leases that were ever approved, how long each was ever allowed to last, which are over.

    `allowed` is how long one may last in all by the last word of somebody else, `most` by any of
    them. Over counts from the moment at which their cluster is marked with it: a store that is
    set back further than that is noticed. `sent` are those of which a create was on its way when
    the store forgot it, or arrived after they ended: the next look removes it, or takes it over.
    """

    approved: set[LeaseId] = field(default_factory=set)
    ends: dict[LeaseId, datetime] = field(default_factory=dict)
    over: set[LeaseId] = field(default_factory=set)
    allowed: dict[LeaseId, timedelta] = field(default_factory=dict)
    most: dict[LeaseId, timedelta] = field(default_factory=dict)
    sent: set[LeaseId] = field(default_factory=set)

    def gives(self, lease: LeaseId, total: timedelta) -> None:
        """Remember that somebody else, or a rule, lets a lease last so long in all."""
        self.allowed[lease] = max(total, self.allowed.get(lease, total))
        self.most[lease] = max(total, self.most.get(lease, total))

    def takes(self, lease: Lease) -> None:
        """Remember that somebody else shortened a lease to what it lasts now."""
        assert lease.ends_at is not None
        assert lease.began_at is not None
        self.allowed[lease.id] = lease.ends_at - lease.began_at

    def set_back(self, flying: Iterable[LeaseId]) -> None:
        """Remember that the store may have forgotten who took something off, and what was sent."""
        self.allowed = dict(self.most)
        self.sent.update(flying)

    def lands(self, flying: Iterable[LeaseId]) -> None:
        """Remember what arrives of leases that are over."""
        self.sent.update(self.over.intersection(flying))

    def watch(self, world: World, leases: Iterable[Lease]) -> None:
        """Remember what the store says after a step."""
        for lease in leases:
            self.approved.add(lease.id)
            allowed = [self.ends.get(lease.id), lease.ends_at]
            allowed += [one.until for one in lease.extensions]
            known = [end for end in allowed if end is not None]
            if known:
                self.ends[lease.id] = max(known)
            if lease.state is LeaseState.ENDED and marked(world, lease):
                self.over.add(lease.id)


def marked(world: World, lease: Lease) -> bool:
    """Whether the lease's cluster is marked with an event at or after its end."""
    mark, events = world.clusters[lease.cluster].mark, world.store.entries
    place = next((n for n, (name, _) in enumerate(events) if mark and name == mark.event), -1)
    ended = next((n for n, (_, one) in enumerate(events) if is_end(one, lease)), len(events))
    return place >= ended


def is_end(event: AuditEvent, lease: Lease) -> bool:
    """Whether an event is the end of that lease."""
    return event.action is Action.LEASE_ENDED and event.subject == lease.id
