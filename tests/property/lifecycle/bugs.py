"""Mistakes that systems like this one were shipped with, each made on purpose.

Where another defence would make up for the mistake, that one is switched off as well. Where only a
rare turn of events shows it, that is how each life begins.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.audit import Action
from daypass.domain.discovery import wanted
from daypass.domain.epoch import Epoch, Watermark
from daypass.domain.grant import CREATE_BEFORE, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.instants import read_time
from daypass.domain.lease import SKEW
from daypass.domain.review import Answer, Question
from daypass.ports import Change, Claim, GrantPorts, PromiseKind
from daypass.usecases.grants.begin import Begun
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from daypass.usecases.shared.rows import end_row
from tests.builders import EPOCH, NOON, World, a_mark, a_world, unbounded
from tests.property.crashing import Fuse
from tests.property.lifecycle.laws import Laws


class Wrapped:
    """A port of which subclasses change some calls."""

    def __init__(self, inner: object) -> None:
        self.inner = cast("Any", inner)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Blind(Laws):
    """A reconcile that looks around and removes nothing, and a cluster without the guard.

    So nobody forges or removes anything and no store is lost here: only a reconcile would make up
    for it, or notice.
    """

    def forge(self, cluster: str) -> None:
        """Nobody does."""

    def remove_by_hand(self, cluster: str, data: st.DataObject) -> None:
        """Nobody does."""

    def land(self, cluster: str) -> None:
        """Let arrive what was sent in time: no call is under way for longer than that."""
        prod, now = self.world.clusters[cluster], self.world.clock.now()
        prod.flying = [one for one in prod.flying if now < lands_before(one)]
        super().land(cluster)

    def set_back(self, data: st.DataObject, *, survive: bool) -> None:
        """It is not."""

    def set_back_over_an_end(self, meanwhile: str, *, survive: bool) -> None:
        """It is not."""

    def start(self) -> None:
        """Begin without the admission policy."""
        super().start()
        self.world.clusters["prod"].guard = False

    def look_unasked(self, ports: GrantPorts) -> None:
        """Do not."""

    def tamper(self, data: st.DataObject, *, removed: bool) -> None:
        """Nobody does: only a look would make up for it."""

    def see_to(self, claim: Claim, ports: GrantPorts, begun: Begun | None) -> None:
        """Refresh the snapshot only."""
        if claim.promise.kind is not PromiseKind.RECONCILE:
            super().see_to(claim, ports, begun)
            return
        if not self.world.clusters[ports.name].down:
            ports.store.keep_seen(ports.cluster.discover(wanted(ports.catalog, ports.name)))
        ports.agenda.postpone(claim, self.world.clock.now() + LOOK_EVERY)


def lands_before(planned: GrantObject) -> datetime:
    """Return when a create that was sent is surely answered or lost."""
    sent = read_time(planned.annotations[CREATE_BEFORE])
    assert sent is not None
    return sent + SKEW


class RowAfterCreate(Laws):
    """The end is promised when the grant is done, not before it begins (law 2)."""

    def grants(self, cluster: str, fuse: Fuse, lag: timedelta = timedelta(0)) -> GrantPorts:
        """Write the row late."""
        ports = super().grants(cluster, fuse, lag)
        return replace(ports, store=cast("Any", LateRows(ports.store)))


class LateRows(Wrapped):
    """A store that forgets the end of an attempt until it is granted."""

    def commit(self, change: Change) -> Change:
        """Write what is asked for, less the end."""
        actions = {event.action for event in change.events}
        if Action.LEASE_ATTEMPTED in actions:
            kept = tuple(one for one in change.promises if one.kind is not PromiseKind.END)
            change = replace(change, promises=kept)
        if Action.LEASE_GRANTED in actions:
            ends = tuple(end_row(one, one.ends_at) for one in change.leases if one.ends_at)
            change = replace(change, promises=(*change.promises, *ends))
        stored: Change = self.inner.commit(change)
        return stored


class NoRecheck(Blind):
    """Nobody looks again for a create that was on its way when the lease ended."""

    def grants(self, cluster: str, fuse: Fuse, lag: timedelta = timedelta(0)) -> GrantPorts:
        """Lose the promise to look again."""
        ports = super().grants(cluster, fuse, lag)
        return replace(ports, store=cast("Any", WithoutRechecks(ports.store)))


class WithoutRechecks(Wrapped):
    """A store that takes no such promise."""

    def commit(self, change: Change) -> Change:
        """Write what is asked for, less the re-check."""
        kept = tuple(one for one in change.promises if one.kind is not PromiseKind.RECHECK)
        stored: Change = self.inner.commit(replace(change, promises=kept))
        return stored


class ClaimRemoves(Laws):
    """A claim takes the row away, as a queue does: whoever dies takes it along."""

    def made(self) -> World:
        """Return a world with such an agenda."""
        return a_world(agenda=Popping(MemoryClock(NOON)))


class Popping(MemoryAgenda):
    """An agenda of which a claim leaves nothing."""

    def claim(self, due: str, limit: int, kinds: Collection[PromiseKind] = ()) -> Sequence[Claim]:
        """Claim and remove."""
        claims = super().claim(due, limit, kinds)
        for claim in claims:
            super().finish(claim)
        return claims

    def postpone(self, claim: Claim, to: Any) -> bool:
        """Put it back for later."""
        self.ensure(replace(claim.promise, at=to), within=timedelta(days=1))
        return True


class FinishForgets(Laws):
    """What is finished is removed although somebody made it due again meanwhile."""

    @initialize(left=st.integers(min_value=0, max_value=12))
    def start(self, left: int) -> None:
        """Begin with something that is granted in the middle of the last look at a holder."""
        super().start()
        self.granted_anew_meanwhile(left)

    def made(self) -> World:
        """Return a world with such an agenda."""
        return a_world(agenda=Careless(MemoryClock(NOON)))


class Careless(MemoryAgenda):
    """An agenda that does not ask whether the row is still the one that was claimed."""

    def finish(self, claim: Claim) -> bool:
        """Remove whatever is there."""
        at = self.promises(claim.promise.keeper).get((claim.promise.kind, claim.promise.subject))
        return super().finish(replace(claim, until=at) if at is not None else claim)


class Baseline(Laws):
    """Gone is believed when things are as they were before the grant: somebody else's yes."""

    @initialize()
    def start(self) -> None:
        """Begin with a right of her own, on a cluster that keeps what is deleted."""
        super().start()
        self.standing_right("prod", on=True)
        self.weather("prod", "sticky", on=True)

    def grants(self, cluster: str, fuse: Fuse, lag: timedelta = timedelta(0)) -> GrantPorts:
        """Look at the answer only, never at the objects."""
        ports = super().grants(cluster, fuse, lag)
        objects = self.world.clusters[cluster]
        return replace(ports, cluster=cast("Any", Believing(ports.cluster, objects)))


class Believing(Wrapped):
    """A cluster that is asked whether she may, and not because of what."""

    def __init__(self, inner: object, there: MemoryCluster) -> None:
        super().__init__(inner)
        self._there = there

    def of_leases(self, _: Sequence[LeaseId], __: str) -> Sequence[object]:
        """Look at nothing."""
        return ()

    def reviews(self, question: Question) -> Sequence[Answer]:
        """Forget what allows it where somebody else does, too."""
        answers: Sequence[Answer] = self.inner.reviews(question)
        if not any(one.ref.name == "alice-views" for one in self._there.objects):
            return answers
        return [replace(one, reason="as before") for one in answers]


class NoRestoreMode(Laws):
    """A store that was set back is taken for what it says."""

    @initialize(survive=st.booleans())
    def start(self, *, survive: bool) -> None:
        """Begin with a store that is set back to before an end."""
        super().start()
        self.set_back_over_an_end("ended", survive=survive)

    def grants(self, cluster: str, fuse: Fuse, lag: timedelta = timedelta(0)) -> GrantPorts:
        """Doubt nothing."""
        ports = super().grants(cluster, fuse, lag)
        return replace(
            ports,
            store=cast("Any", Trusting(ports.store)),
            cluster=cast("Any", Unmarked(ports.cluster, cluster)),
        )


class Trusting(Wrapped):
    """A store in which everything is always as it was."""

    def epoch(self) -> Epoch:
        """Return the one epoch that there ever was."""
        return Epoch(id=EPOCH, install="main", begun_at=NOON)

    def has_event(self, _: str) -> bool:
        """Miss nothing."""
        return True


class Unmarked(Wrapped):
    """A cluster whose mark says nothing new."""

    def __init__(self, inner: object, name: str) -> None:
        super().__init__(inner)
        self._name = name

    def watermark(self) -> Watermark:
        """Return the mark of the one epoch."""
        return a_mark(self._name)


class Uncounted(Laws):
    """A grants worker that leaves it to the bot to count what one person holds."""

    def grants(self, cluster: str, fuse: Fuse, lag: timedelta = timedelta(0)) -> GrantPorts:
        """Count nothing."""
        ports = super().grants(cluster, fuse, lag)
        return replace(ports, catalog=unbounded(ports.catalog))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A machine with a mistake in it, and what is said when it is found."""

    machine: type[Laws]
    law: str


SEEDED: Mapping[str, Seeded] = {
    "row written after create": Seeded(machine=RowAfterCreate, law="law 2: no row of its end"),
    "no re-check": Seeded(machine=NoRecheck, law="left on the cluster|law 4"),
    "claim that removes": Seeded(
        machine=ClaimRemoves,
        law="no row|agenda forgot|neither runs nor ended|not told|left on|who holds|was kept"
        "|something is left",
    ),
    "baseline used for gone": Seeded(machine=Baseline, law="law 4: something|law 1: it was over"),
    "finished row removed after it was rescored": Seeded(
        machine=FinishForgets, law="who holds it is looked at|of its request was not told"
    ),
    "set back without restore mode": Seeded(machine=NoRestoreMode, law="it was over before"),
    "counting left to the bot": Seeded(machine=Uncounted, law="law 8: held twice"),
}
