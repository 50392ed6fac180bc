"""Whatever a holder does alone, access ends by what somebody else's last word allows.

A bot that lies and a store that anybody may write to make no difference: the worker judges again.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daypass.domain.errors import RefusedError
from daypass.domain.lease import Extension, Lease, LeaseState
from daypass.ports import Change, PromiseKind
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.shared.rows import adjust_row
from tests.builders import NOON, a_catalog, a_snapshot, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, ask, lease_of, work

MINUTE: Final = timedelta(minutes=1)
MAX: Final = timedelta(hours=4)
LENGTHS: Final = st.sampled_from([1, 5, 30, 60, 90, 235]).map(lambda n: n * MINUTE)
LESS: Final = st.none() | st.sampled_from([1, 5, 30, 60]).map(lambda n: n * MINUTE)
EXAMPLES: Final = 200


class OthersLimits(RuleBasedStateMachine):
    """Alice moves as she likes; `bound` is set where somebody else has a word, and only there."""

    @initialize(asked=LENGTHS, given=LESS, often=st.integers(0, 2))
    def is_granted(self, asked: timedelta, given: timedelta | None, often: int) -> None:
        """Alice asks for something, and bob gives that much of it."""
        self.world = a_world(a_catalog(workflows=(a_workflow(extensions=often),)))
        request = ask(self.world, duration=asked).request
        given = None if given is not None and given > asked else given
        decide(Decide(actor=BOB, target=request.id, yes=True, duration=given), self.world.ask)
        work(self.world)
        free = min(often * asked, MAX - asked) if given is None else timedelta(0)
        self.bound = NOON + (given or asked) + free

    @rule(length=st.none() | LENGTHS)
    def extends(self, length: timedelta | None) -> None:
        """Alice wants more."""
        with suppress(RefusedError):
            extend(Extend(actor=ALICE, target=FIRST, length=length), self.world.ask)

    @rule(length=LENGTHS)
    def shortens(self, length: timedelta) -> None:
        """Alice takes time off."""
        with suppress(RefusedError):
            shorten(Shorten(actor=ALICE, target=FIRST, length=length), self.world.ask)

    @rule()
    def cancels(self) -> None:
        """Alice takes back what she asked for."""
        with suppress(RefusedError):
            cancel(Cancel(actor=ALICE, target=""), self.world.ask)

    @rule(by=st.sampled_from([timedelta(seconds=1), MINUTE, 20 * MINUTE]))
    def waits(self, by: timedelta) -> None:
        """Time passes, and the worker sees to what is due."""
        self.world.clock.advance(by)
        self.world.heartbeats.beat("timekeeper")
        self.world.store.keep_seen(a_snapshot(taken_at=self.world.clock.now()))
        work(self.world)

    # ── A bot that lies, a store that was written to ─────────────────────────────────────────────

    @rule(length=LENGTHS)
    def bot_lies(self, length: timedelta) -> None:
        """The bot gives time for nothing."""
        lease, now = lease_of(self.world), self.world.clock.now()
        if lease.state is LeaseState.ACTIVE and lease.extension is None and lease.ends_at:
            end = lease.ends_at + length
            self.write(
                lease.extending(Extension(length=length, until=end, asked_at=now, version="v1"))
            )

    @rule(fields=st.sampled_from([{"extensions": ()}, {"cuts": ()}, {"duration": MAX}]))
    def store_forgets(self, fields: dict[str, Any]) -> None:
        """Somebody erases from Redis what speaks against more."""
        work(self.world)  # What was decided before is on the cluster.
        self.write(replace(lease_of(self.world), **fields))

    @rule(end=st.sampled_from([NOON, NOON + MAX, NOON + 5 * MAX]))
    def store_allows(self, end: datetime) -> None:
        """Somebody writes into Redis that it is free until then, or began later."""
        work(self.world)
        lease = lease_of(self.world)
        if lease.attempt is not None:
            self.write(replace(lease, attempt=replace(lease.attempt, free_until=end)))

    def write(self, lease: Lease) -> None:
        """Write a lease with the promise to adjust it."""
        row = adjust_row(lease, self.world.clock.now())
        change = Change(move=self.world.ids.move(), leases=(lease,), promises=(row,))
        self.world.store.commit(change)

    # ── Somebody else has a word ─────────────────────────────────────────────────────────────────

    @rule(given=LESS)
    def bob_gives(self, given: timedelta | None) -> None:
        """Bob says yes to more time, or to some of it."""
        for asked in self.world.store.pending():
            wanted = asked.plan.duration
            less = None if given is not None and given > wanted else given
            before = lease_of(self.world)
            with suppress(RefusedError):
                decide(Decide(actor=BOB, target=asked.id, yes=True, duration=less), self.world.ask)
                work(self.world)
                if lease_of(self.world).ends_at == before.ends_at:
                    continue  # Overtaken.
                until = lease_of(self.world).ends_at or NOON
                self.bound = until if less is not None else max(self.bound, until)

    @rule(length=LENGTHS)
    def bob_takes(self, length: timedelta) -> None:
        """Bob takes time off."""
        with suppress(RefusedError):
            cut = shorten(Shorten(actor=BOB, target=FIRST, length=length), self.world.ask)
            work(self.world)
            self.bound = cut.ends_at or NOON

    # ── The law ──────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def ends_by_what_somebody_else_allows(self) -> None:
        """No object lasts longer than the last word allows, and no lease."""
        for found in self.world.clusters["prod"].objects:
            assert found.expires_at is not None
            assert found.expires_at <= self.bound
        rows = self.world.agenda.promises("prod")
        at = rows.get((PromiseKind.END, FIRST))
        if lease_of(self.world).state is LeaseState.ACTIVE:
            assert at is not None
            assert (lease_of(self.world).ends_at or at) <= self.bound


TestOthersLimits = OthersLimits.TestCase
TestOthersLimits.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=12, deadline=None, print_blob=True
)
