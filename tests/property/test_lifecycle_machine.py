"""A random life of requests, leases, crashes and clusters; the laws hold after every step."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from daypass.domain.audit import Action
from daypass.domain.catalog import RoleRef
from daypass.domain.errors import RefusedError
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject, Subject
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import LEASE_MOVES, Lease, LeaseState, ObjectRef
from daypass.domain.request import FINAL, REQUEST_MOVES, Request
from daypass.ports import TIMEKEEPER, PromiseKind
from daypass.usecases.cancel import Cancel, cancel
from daypass.usecases.decide import Decide, decide
from daypass.usecases.end import End, end
from daypass.usecases.reconcile import first_look
from daypass.usecases.release import Release, release
from daypass.usecases.submit import Submit, submit
from tests.builders import World, a_world
from tests.property.crashing import Fuse, keep_time, work

ALICE, BOB, DAN = PersonId("U0ALICE"), PersonId("U0BOB"), PersonId("U0DAN")
CLUSTERS = st.sampled_from(("prod", "prod", "dev"))
LEVELS = st.sampled_from((("debug",), ("nodes",), ("debug", "nodes")))
DURATIONS = st.sampled_from((timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1)))
FUSES = st.one_of(st.just(None), st.integers(min_value=0, max_value=25))
STEPS = st.sampled_from((timedelta(milliseconds=300), timedelta(seconds=11), timedelta(minutes=3)))


class Lifecycle(RuleBasedStateMachine):
    """Everything that can happen to access, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = a_world()
        self.requests: list[RequestId] = []
        self.states: dict[str, LeaseState] = {}
        self.decided: dict[str, str] = {}

    @initialize()
    def start(self) -> None:
        """Workers start, as they do after every crash; only prod has the admission policy."""
        self.world.clusters["prod"].guard = True
        for name in self.world.clusters:
            first_look(self.world.grants(name))
        self.settle_clusters()

    # ── People ───────────────────────────────────────────────────────────────────────────────────

    @rule(actor=st.sampled_from((ALICE, BOB)), cluster=CLUSTERS, levels=LEVELS, length=DURATIONS)
    def ask(
        self, *, actor: PersonId, cluster: str, levels: tuple[str, ...], length: timedelta
    ) -> None:
        """Somebody asks; the answer may be no when a cluster was not seen of late."""
        command = Submit(actor=actor, cluster=cluster, levels=levels, duration=length, reason="x")
        try:
            self.requests.append(submit(command, self.world.ask).request.id)
        except RefusedError:
            return

    @rule(levels=LEVELS, length=DURATIONS)
    def ask_and_approve(self, *, levels: tuple[str, ...], length: timedelta) -> None:
        """Alice asks for prod and Dan says yes, as often happens."""
        before = len(self.requests)
        self.ask(actor=ALICE, cluster="prod", levels=levels, length=length)
        if len(self.requests) > before:
            decide(Decide(actor=DAN, target=self.requests[-1], yes=True), self.world.ask)

    @rule(data=st.data(), actor=st.sampled_from((ALICE, BOB, DAN)), yes=st.booleans())
    def answer(self, data: st.DataObject, actor: PersonId, *, yes: bool) -> None:
        """Somebody clicks, perhaps for the second time, perhaps on something long over."""
        if not self.requests:
            return
        target = data.draw(st.sampled_from(self.requests))
        try:
            decided = decide(Decide(actor=actor, target=target, yes=yes), self.world.ask)
        except RefusedError:
            return
        assert decided.requester.id != actor, "law 5: nobody approves their own request"
        assert decided.approvals[-1].by.id == actor

    @rule(data=st.data(), how=st.sampled_from(("cancel", "release", "revoke")))
    def stop(self, data: st.DataObject, how: str) -> None:
        """Alice takes a request back or releases what she holds, or Bob revokes it."""
        if not self.requests:
            return
        target = data.draw(st.sampled_from(self.requests))
        try:
            if how == "cancel":
                cancel(Cancel(actor=ALICE, target=target), self.world.ask)
            elif how == "release":
                release(Release(actor=ALICE, target=target), self.world.ask)
            else:
                end(End(actor=BOB, target=target), self.world.ask)
        except RefusedError:
            return

    # ── Processes ────────────────────────────────────────────────────────────────────────────────

    @rule(by=STEPS)
    def wait(self, by: timedelta) -> None:
        """Time passes."""
        self.world.clock.advance(by)

    @rule(cluster=CLUSTERS, left=FUSES)
    def worker(self, cluster: str, left: int | None) -> None:
        """A grants worker wakes up, and perhaps dies after any call."""
        work(self.world, cluster, Fuse(left))

    @rule(left=st.one_of(st.just(None), st.integers(min_value=0, max_value=8)))
    def timekeeper(self, left: int | None) -> None:
        """The timekeeper ticks, and perhaps dies after any call."""
        keep_time(self.world, Fuse(left))

    @rule()
    def lose_wakeups(self) -> None:
        """RQ loses every job it has."""
        self.world.clock.wakeups.clear()

    # ── Clusters ─────────────────────────────────────────────────────────────────────────────────

    @rule(cluster=CLUSTERS, how=st.sampled_from(("down", "late", "lossy")), on=st.booleans())
    def weather(self, cluster: str, how: str, *, on: bool) -> None:
        """A cluster stops answering, answers late, or loses its answers, or is well again."""
        setattr(self.world.clusters[cluster], how, on)

    @rule(data=st.data(), left=FUSES)
    def hang(self, data: st.DataObject, left: int | None) -> None:
        """A worker's creates hang in the network while everybody else goes on."""
        cluster = data.draw(CLUSTERS)
        self.world.clusters[cluster].late = True
        self.worker(cluster, left)
        self.world.clusters[cluster].late = False

    @rule(cluster=CLUSTERS)
    def land(self, cluster: str) -> None:
        """A create that hung in the network arrives, if its guard still lets it in."""
        self.world.clusters[cluster].land()

    @rule(cluster=CLUSTERS, data=st.data())
    def remove_by_hand(self, cluster: str, data: st.DataObject) -> None:
        """An administrator deletes one of our objects."""
        objects = self.world.clusters[cluster].objects
        if objects:
            self.world.clusters[cluster].remove(data.draw(st.sampled_from(objects)).ref)

    @rule(cluster=CLUSTERS)
    def forge(self, cluster: str) -> None:
        """Somebody makes an object with our labels and no valid MAC."""
        self.world.clusters[cluster].put(
            GrantObject(
                ref=ObjectRef(kind="ClusterRoleBinding", namespace="", name="daypass-forged"),
                role=RoleRef(name="view"),
                subjects=(Subject(name="mallory"),),
                labels={MANAGED_BY: "daypass", INSTALL: "main", LEASE: "forged"},
            )
        )

    # ── Laws, after every step ───────────────────────────────────────────────────────────────────

    def leases(self) -> list[Lease]:
        """Return every lease there ever was."""
        names = [
            lease
            for one in self.requests
            if (request := self.world.store.request(one)) is not None
            for lease in request.lease_ids
        ]
        return list(self.world.store.leases(names))

    @invariant()
    def no_grant_without_an_approved_lease(self) -> None:
        """Law 1: what we made belongs to a lease whose request was approved."""
        leases = {lease.id: lease for lease in self.leases()}
        for cluster in self.world.clusters.values():
            for found in cluster.objects:
                if found.lease != "forged":
                    assert found.lease in leases
                    assert self.request_of(leases[found.lease]).state == "approved"

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
        """Law 4: nothing is left of an ended lease, but for a late create that is looked for."""
        objects = {found.lease for found in self.world.clusters["prod"].objects}
        rows = self.world.clock.promises("prod")
        for lease in self.leases():
            if lease.cluster == "prod" and lease.state is LeaseState.ENDED:
                looked_for = (PromiseKind.RECHECK, lease.id) in rows
                assert lease.id not in objects or (looked_for and lease.granted_at is not None)

    @invariant()
    def states_only_move_by_the_table(self) -> None:
        """What is final stays final; REVOKING leaves only to ENDED."""
        for lease in self.leases():
            was = self.states.get(lease.id, LeaseState.GRANTING)
            assert lease.state in reachable(was)
            self.states[lease.id] = lease.state
        for name in self.requests:
            request = self.world.store.request(name)
            assert request is not None
            if REQUEST_MOVES[request.state] == FINAL:
                assert self.decided.setdefault(name, request.state) == request.state

    @invariant()
    def every_open_end_has_a_row(self) -> None:
        """Law 2: whoever crashes, the clock knows of every lease that is not over."""
        for lease in self.leases():
            if lease.live:
                rows = self.world.clock.promises(lease.cluster)
                assert any(subject == lease.id for _, subject in rows), lease

    @invariant()
    def one_event_per_move(self) -> None:
        """Law 7: the trail has each end, each grant and each decision once."""
        once = {Action.LEASE_GRANTED, Action.LEASE_ENDING, Action.LEASE_ENDED}
        once |= {Action.REQUEST_APPROVED, Action.REQUEST_DENIED, Action.REQUEST_LAPSED}
        counts = Counter((e.action, e.subject) for e in self.world.store.events)
        assert all(count == 1 for (action, _), count in counts.items() if action in once)

    def request_of(self, lease: Lease) -> Request:
        """Return the request of a lease."""
        request = self.world.store.request(lease.request)
        assert request is not None
        return request

    # ── Laws, once everything works again ────────────────────────────────────────────────────────

    def settle_clusters(self) -> None:
        """Let workers and timekeeper do what is due, undisturbed."""
        for name, cluster in self.world.clusters.items():
            cluster.down = cluster.late = cluster.lossy = False
            work(self.world, name, Fuse())
        keep_time(self.world, Fuse())

    def teardown(self) -> None:
        """Law 3: whatever crashed, past its end nothing of a lease is left, and it is ENDED."""
        for cluster in self.world.clusters.values():
            cluster.land()
        for _ in range(3):
            self.world.clock.advance(timedelta(hours=1))
            for _ in range(12):
                self.world.clock.advance(timedelta(seconds=11))
                self.settle_clusters()
        for name, cluster in self.world.clusters.items():
            assert cluster.objects == ()
            assert {kind for kind, _ in self.world.clock.promises(name)} == {"reconcile"}
        assert self.world.clock.promises(TIMEKEEPER) == {}
        for lease in self.leases():
            assert lease.state is LeaseState.ENDED
            assert lease.cause is not None


def reachable(state: LeaseState) -> set[LeaseState]:
    """Return the states that a lease can be in after any number of moves."""
    found = {state}
    for after in LEASE_MOVES[state]:
        found |= reachable(after)
    return found


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(
    max_examples=1_500,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
