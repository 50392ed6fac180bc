"""The laws (docs/explanation/laws.md), asked after every step and once everything works again."""

from collections import Counter
from datetime import timedelta
from typing import Final

from hypothesis.stateful import invariant

from daypass.domain.audit import Action
from daypass.domain.holding import held
from daypass.domain.lease import LEASE_MOVES, SKEW, EndCause, Lease, LeaseState
from daypass.domain.notification import notifications
from daypass.domain.request import FINAL, REQUEST_MOVES, RequestState
from daypass.ports import NOTIFICATIONS, PromiseKind
from tests.property.lifecycle.processes import Processes

ROUNDS: Final = 12
"""Wake-ups of everybody, 11 s apart: longer than any wait between two tries and any claim."""


class Laws(Processes):
    """Everything that must hold whatever happens."""

    @invariant()
    def no_grant_without_an_approved_lease(self) -> None:
        """Law 1: what we made belongs to a lease that was approved, and lasts no longer than it."""
        self.ghost.watch(self.world, self.leases())
        for cluster in self.world.clusters.values():
            for found in cluster.objects:
                if found.ref.name.startswith("daypass-") and found.lease != "forged":
                    assert found.lease in self.ghost.approved
                    assert found.expires_at is not None
                    assert found.expires_at <= self.ghost.ends[found.lease], "law 2"

    @invariant()
    def what_is_over_never_comes_back(self) -> None:
        """Law 1: also where the store was set back to before it ended.

        But for a create that arrived after that, until the next look.
        """
        for lease in self.leases():
            if lease.id in self.ghost.over:
                again = lease.state is LeaseState.ACTIVE and self.has(lease)
                rows = self.world.agenda.promises(lease.cluster)
                late = lease.id in self.ghost.sent
                late &= (PromiseKind.RECONCILE, lease.cluster) in rows
                assert lease.adopted or late or not again, "law 1: it was over before"

    @invariant()
    def granted_was_proven(self) -> None:
        """Laws 2 and 4: an active lease has its end, its objects' uids and what proved it."""
        for lease in self.leases():
            if lease.state is LeaseState.ACTIVE:
                assert lease.ends_at is not None
                assert lease.attempt is not None
                assert all(ref.uid for ref in lease.attempt.objects)
                assert lease.proof

    @invariant()
    def ended_is_gone(self) -> None:
        """Law 4: nothing is left of an ended lease, but for a late create that is looked for.

        What a store that was set back knows nothing of is looked for by the next look.
        """
        objects = {found.lease for found in self.world.clusters["prod"].objects}
        rows = self.world.agenda.promises("prod")
        for lease in self.leases():
            if lease.cluster == "prod" and lease.state is LeaseState.ENDED:
                looked_for = (PromiseKind.RECHECK, lease.id) in rows
                late = looked_for and lease.granted_at is not None
                late |= lease.id in self.ghost.sent and (PromiseKind.RECONCILE, "prod") in rows
                assert lease.id not in objects or late, "law 4: something is left"

    @invariant()
    def states_only_move_by_the_table(self) -> None:
        """What is final stays final; REVOKING leaves only to ENDED."""
        for lease in self.leases():
            was = self.states.get(lease.id, LeaseState.GRANTING)
            assert lease.state in reachable(was)
            self.states[lease.id] = lease.state
        for name in self.requests:
            request = self.world.store.request(name)
            if request is not None and REQUEST_MOVES[request.state] == FINAL:
                assert self.decided.setdefault(name, request.state) == request.state

    @invariant()
    def every_open_end_has_a_row(self) -> None:
        """Law 2: whoever crashes, the agenda knows of every lease that is not over."""
        for lease in self.leases():
            if {lease.id, lease.holder.id} & self.tampered:
                continue
            if lease.live:
                kinds = {k for k, of in self.world.agenda.promises(lease.cluster) if of == lease.id}
                assert kinds & {PromiseKind.PROVISION, PromiseKind.END}, "the agenda forgot it"
                if lease.ends_at is not None or lease.state is LeaseState.REVOKING:
                    assert PromiseKind.END in kinds, "law 2: no row of its end"
            if lease.grantable:
                held = self.world.agenda.promises(NOTIFICATIONS)
                assert (PromiseKind.HOLDER, lease.holder.id) in held, "who holds it is looked at"

    @invariant()
    def one_event_per_move(self) -> None:
        """Law 7: the trail has each end, each grant and each decision once, as the store has it."""
        once = {Action.LEASE_GRANTED, Action.LEASE_ENDING, Action.LEASE_ENDED}
        once |= {Action.REQUEST_APPROVED, Action.REQUEST_DENIED, Action.REQUEST_LAPSED}
        counts = Counter((e.action, e.subject) for e in self.world.store.events)
        assert all(count == 1 for (action, _), count in counts.items() if action in once)
        for lease in self.leases():
            over = lease.state is LeaseState.ENDED
            assert counts[Action.LEASE_ENDED, lease.id] == over
            assert counts[Action.LEASE_ENDING, lease.id] == (not lease.grantable)

    @invariant()
    def lasts_no_longer_than_somebody_else_allows(self) -> None:
        """Law 5: the last word of somebody else, and what that leaves free, is not exceeded."""
        for lease in self.leases():
            if lease.ends_at is not None and lease.began_at is not None and not lease.adopted:
                most = self.ghost.allowed[lease.id]
                assert lease.ends_at - lease.began_at <= most, "law 5: longer than was given"

    @invariant()
    def nobody_holds_the_same_twice(self) -> None:
        """Law 8: whatever a bot says, one person has a level once in one place at one time.

        What was found on a cluster after a loss is taken over, however much of it there is.
        """
        now = self.world.clock.now()
        given = [one for one in self.leases() if not one.adopted]
        begun = [one for one in given if one.attempt is not None and held(one, now)]
        places = Counter((one.cluster, one.holder.id, one.level) for one in begun)
        assert set(places.values()) <= {1}, "law 8: held twice"

    @invariant()
    def extensions_are_counted(self) -> None:
        """Law 2: only an extension moves an end to later, and each is in the trail."""
        counts = Counter((e.action, e.subject) for e in self.world.store.events)
        for lease in self.leases():
            done = sum(one.done_at is not None for one in lease.extensions)
            assert counts[Action.LEASE_EXTENDED, lease.id] == done

    def slack_was_told(self) -> None:
        """Law 9: what Slack was told is what the store says, all of it."""
        for name in self.requests:
            request = self.world.store.request(name)
            if request is None:
                continue
            approved = request.state is RequestState.APPROVED
            leases = tuple(self.world.store.leases(request.lease_ids)) if approved else ()
            told = self.world.store.receipts(name)
            for one in notifications(request, leases, self.world.clock.now()):
                assert one.key in told, f"{one.key} of its request was not told"

    def has(self, lease: Lease) -> bool:
        """Whether objects of a lease are on its cluster."""
        return any(one.lease == lease.id for one in self.world.clusters[lease.cluster].objects)

    # ── Once everything works again ──────────────────────────────────────────────────────────────

    def teardown(self) -> None:
        """Laws 3 and 10: whatever crashed, past its end nothing of a lease is left."""
        self.skews = dict.fromkeys(self.skews, timedelta(0))
        for name in self.world.clusters:
            self.land(name)
        self.everybody_works()
        self.nothing_is_early()
        for _ in range(3):
            self.world.clock.advance(timedelta(hours=24))
            self.everybody_works()
        self.everything_is_over()

    def everybody_works(self) -> None:
        """Let all that is due be seen to."""
        for _ in range(ROUNDS):
            self.world.clock.advance(timedelta(seconds=11))
            self.settle()
            self.no_grant_without_an_approved_lease()
        self.tampered.clear()
        self.every_open_end_has_a_row()

    def nothing_is_early(self) -> None:
        """Nothing is lost: a lease that runs has its objects, and every other one has its cause."""
        for lease in self.leases():
            if lease.state is LeaseState.ACTIVE:
                assert lease.ends_at is not None
                assert self.world.clock.now() < lease.ends_at
                assert self.has(lease)
            elif not self.may_land(lease):
                assert lease.state is LeaseState.ENDED, "it neither runs nor ended"
                assert lease.cause is not None
                if lease.cause is EndCause.EXPIRED:
                    assert lease.ended_at is not None
                    assert lease.ends_at is not None
                    assert lease.ended_at >= lease.ends_at, "law 3: never early"

    def may_land(self, lease: Lease) -> bool:
        """Whether a create of what was never granted may still be under way: nobody says gone."""
        if lease.attempt is None or lease.granted_at is not None:
            return False
        before = lease.attempt.create_before + SKEW
        return lease.state is LeaseState.REVOKING and self.world.clock.now() < before

    def everything_is_over(self) -> None:
        """All that is left is what always is; Slack was told, and every lease ended once."""
        for cluster in self.world.clusters.values():
            assert not [one for one in cluster.objects if one.labels], "left on the cluster"
        assert self.is_quiet(), "every promise was kept"
        self.slack_was_told()
        for lease in self.leases():
            assert lease.state is LeaseState.ENDED
            assert lease.cause is not None


def reachable(state: LeaseState) -> set[LeaseState]:
    """Return the states that a lease can be in after any number of moves."""
    found = {state}
    for after in LEASE_MOVES[state]:
        found |= reachable(after)
    return found
