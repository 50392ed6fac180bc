"""The whole of Daypass with a trap in its workers: what a test kills, and what must hold after."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.codec import decode, micros
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.store import RedisStore
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.grant import CREATE_BEFORE, EXPIRES_AT, INSTALL, LEASE
from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.domain.instants import read_time, write_time
from daypass.domain.lease import Lease, LeaseState
from daypass.ports import NOTIFICATIONS, watch_of
from sandbox.cluster.api import Api
from sandbox.stack import Stack
from tests.failpoints.trap import Trap
from tests.failpoints.worker import trap_of
from tests.talk import ASK, DIRECT, JSON, REQUEST
from tests.unwatched import unwatched
from tests.whole import MARK, Whole

OURS: Final = "failpoints"
"""The install, for other tests' stacks use the same clusters."""
SHORT: Final = ASK.replace("10m", "2s")
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_ROLE_BINDINGS: Final = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig(Whole):
    """The running stack, for one test; whoever springs the trap is started anew by itself."""

    @property
    def trap(self) -> Trap:
        """Where a test says who dies next, and where."""
        return trap_of(self.stack.configured.path)

    def dies(self, point: str, subject: str, do: Callable[[], object]) -> None:
        """Do what brings a worker to that failpoint; return when it has died there."""
        self.trap.set(point, subject)
        do()
        self.until(self.trap.has_sprung, f"somebody comes to {point}")

    # ── What people do ───────────────────────────────────────────────────────────────────────────

    def approves(self, request: RequestId) -> None:
        """Let bob say yes."""
        assert "pproved" in self.says("bob", f"approve {request}")

    def granted(self, line: str = ASK) -> RequestId:
        """Let alice ask and bob approve; return when it is granted."""
        request = self.asks("alice", line)
        self.approves(request)
        self.reaches(request, LeaseState.ACTIVE)
        return request

    def asks_at_once(self, line: str) -> RequestId:
        """Let alice ask for what nobody has to approve."""
        found = REQUEST.search(self.says("alice", line))
        assert found
        return RequestId(found[1])

    # ── What is there ────────────────────────────────────────────────────────────────────────────

    def is_unwatched(self) -> bool:
        """Whether nobody has said for a while that they see each change on a cluster."""
        alive, now = RedisHeartbeats(self.client), self.clock.now()
        pulses = [alive.heard(watch_of(cluster)) for cluster in ("prod", "dev")]
        return all(at is None or now - at > timedelta(seconds=2) for at in pulses)

    def ours(self, cluster: str = "prod") -> dict[str, str]:
        """Return the objects of this install: the lease of each by its name."""
        mine = [one["metadata"] for one in self.objects(cluster=cluster)]
        return {m["name"]: m["labels"][LEASE] for m in mine if m["labels"][INSTALL] == OURS}

    def happened(self, subject: str) -> Counter[Action]:
        """Count what the audit trail says happened to a lease, request or object."""
        with connect(self.stack.valkey.url) as client:
            entries: Any = client.xrange(keys.AUDIT)
        events = [decode(AuditEvent, fields[keys.EVENT.encode()]) for _, fields in entries]
        return Counter(one.action for one in events if one.subject == subject)

    def rows(self, cluster: str = "prod") -> dict[str, int]:
        """Return the promises of a cluster: microseconds by `kind:subject`."""
        with connect(self.stack.valkey.url) as client:
            found: Any = client.zrange(keys.due(cluster), 0, -1, withscores=True)
        return {row.decode(): int(score) for row, score in found}

    def is_told(self, request: RequestId, word: str, *, times: int) -> None:
        """Alice was told that of her lease directly, so many times, and nothing is left to tell."""
        name = f"{request}-1"
        self.direct("alice", word, name)
        self.until(lambda: f"card:{request}" not in self.rows(NOTIFICATIONS), "nothing to tell")
        told = [one["as_text"] for one in self.slack.messages("alice", DIRECT)]
        assert sum(word in text and name in text for text in told) == times

    def as_worker(self, cluster: str = "prod") -> Api:
        """Return a cluster as the grants worker sees it: nobody else may touch what is ours."""
        token = (self.stack.configured.folder / f"{cluster}-token").read_text().strip()
        return self.stack.clusters[cluster].api(token)

    def ends_otherwise(self, before: Lease) -> None:
        """Wait until a lease and its objects have another end than before, the same."""

        def is_so() -> bool:
            now = self.lease(before.request)
            return now.ends_at != before.ends_at and self._said_ends(now) == {now.ends_at}

        self.until(is_so, f"another end of {before.id}")

    def ends_everywhere(self, request: RequestId) -> datetime:
        """Return the end that the lease, its attempt, its row and each object agree on."""
        lease = self.lease(request)
        assert lease.ends_at is not None
        assert lease.attempt is not None
        assert lease.attempt.expires_at == lease.ends_at
        assert self._said_ends(lease) == {lease.ends_at}
        assert self.rows(lease.cluster)[f"end:{lease.id}"] == micros(lease.ends_at)
        self.until(lambda: f"adjust:{lease.id}" not in self.rows(lease.cluster), "no such row")
        return lease.ends_at

    def _said_ends(self, lease: Lease) -> set[datetime | None]:
        """Return the ends that a lease's objects say."""
        mine = [one["metadata"] for one in self.objects(cluster=lease.cluster)]
        theirs = [m["annotations"] for m in mine if m["labels"][LEASE] == lease.id]
        return {read_time(said[EXPIRES_AT]) for said in theirs}

    # ── The laws ─────────────────────────────────────────────────────────────────────────────────

    def is_granted_once(self, request: RequestId) -> None:
        """One attempt's objects, the row of its end, one event, and the person's own access."""
        lease = self.lease(request)
        assert lease.ends_at is not None
        assert self.ours(lease.cluster) == self.named(lease)
        self.until(lambda: f"provision:{lease.id}" not in self.rows(lease.cluster), "no such row")
        assert self.rows(lease.cluster)[f"end:{lease.id}"] == micros(lease.ends_at)
        assert self.happened(lease.id)[Action.LEASE_GRANTED] == 1
        assert self.sees_pods("alice")

    @staticmethod
    def named(lease: Lease) -> dict[str, str]:
        """Return the objects of a lease by its own word, as `ours` does."""
        assert lease.attempt is not None
        return {ref.name: lease.id for ref in lease.attempt.objects}

    def is_over_once(self, request: RequestId) -> Lease:
        """Nothing on the cluster, no promise but a last look, each event once (laws 1, 3, 4, 7)."""
        lease = self.reaches(request, LeaseState.ENDED)
        assert lease.cause is not None
        assert lease.id not in self.ours(lease.cluster).values()
        self.until(lambda: not self._promised(lease), "no promise but a last look")
        happened = self.happened(lease.id)
        assert happened[Action.LEASE_ENDING] == happened[Action.LEASE_ENDED] == 1
        assert happened[Action.LEASE_GRANTED] == (1 if lease.granted_at else 0)
        assert not self.sees_pods("alice", cluster=lease.cluster)
        return lease

    def _promised(self, lease: Lease) -> set[str]:
        rows = (row.split(":", 1) for row in self.rows(lease.cluster))
        return {kind for kind, subject in rows if subject == lease.id and kind != "recheck"}

    def is_clean(self) -> None:
        """No object without a lease (law 1)."""
        for cluster in ("prod", "dev"):
            assert set(self.ours(cluster).values()) <= set(self.live())

    # ── What goes wrong on a cluster ─────────────────────────────────────────────────────────────

    def loses_object(self, request: RequestId) -> None:
        """Take the object of a lease away by hand."""
        [name] = [name for name, lease in self.ours().items() if request in lease]
        self.as_worker().delete(f"{_ROLE_BINDINGS.format('payments')}/{name}")

    def forgets_everything(self) -> None:
        """Empty the store."""
        with connect(self.stack.valkey.url) as client:
            client.flushall()

    def is_restored(self, request: RequestId) -> bool:
        """Whether a lease is live that the store had forgotten, and every cluster is trusted."""
        epoch, lease = self.store.epoch(), self.store.lease(lease_id(request, 1))
        if epoch is None or epoch.unproven:
            return False
        return lease is not None and lease.state is LeaseState.ACTIVE

    def strays(self) -> str:
        """Put an object under our label that no lease knows; return its name."""
        lease = lease_id(RandomIds().request(), 1)
        name = f"daypass-{lease}-1-1"
        now = self.clock.now()
        ends = {EXPIRES_AT: write_time(now + _HOUR), CREATE_BEFORE: write_time(now + _MINUTE)}
        self.as_worker().post(_ROLE_BINDINGS.format("payments"), _binding(name, lease, ends))
        return name

    def looks_again(self, request: RequestId) -> None:
        """Let the last look at an ended lease be due now."""
        self._is_due(keys.due("prod"), f"recheck:{lease_id(request, 1)}")

    def forgets_hold(self, request: RequestId, message: str) -> None:
        """Let the time be over in which nobody else posts that message."""
        self.store.again(f"tell:{request}:{message}")

    def tries_again(self, request: RequestId) -> None:
        """Let the time be over that was kept for undoing, if the lease still waits for it."""
        lease = self.lease(request)
        with connect(self.stack.valkey.url) as client:
            client.zadd(keys.due(lease.cluster), {f"provision:{lease.id}": 0}, xx=True)


@contextmanager
def terminating(stack: Stack, name: str) -> Iterator[None]:
    """Inside, dev has a namespace that is being deleted, and does not come to be gone."""
    admin = stack.clusters["dev"].admin()
    metadata: dict[str, Any] = {"name": name, "finalizers": ["example.com/stays"]}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    admin.apply(namespace)
    admin.delete(f"/api/v1/namespaces/{name}")
    try:
        yield
    finally:
        metadata["finalizers"] = []
        admin.apply(namespace)


def _binding(name: str, lease: LeaseId, annotations: Mapping[str, str]) -> JSON:
    labels = {MARK: "daypass", LEASE: lease, INSTALL: OURS}
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "labels": labels, "annotations": annotations},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": group, "kind": "User", "name": "carol@example.com"}],
    }


@contextmanager
def rigged(stack: Stack) -> Iterator[Rig]:
    """Have a rig, and leave nothing behind."""
    with connect(stack.valkey.url) as client:
        rig = Rig(stack=stack, store=RedisStore(client), clock=RedisClock(client), client=client)
        rig.until(stack.is_ready, "everything runs")
        # Or a watch would come before whoever is to die over a look or a grant.
        with unwatched(stack.valkey.url, ("prod", "dev")):
            rig.until(rig.is_unwatched, "nobody watches")
            yield rig
            rig.trap.clear()
            rig.tidy()
