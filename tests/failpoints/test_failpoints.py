"""A worker is killed by SIGKILL at each boundary; what its successor makes of it obeys the laws.

Real parts: API servers, Valkey, RQ, the emulated Slack. Only the worker's ports pass a trap.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from daypass.domain.audit import Action
from daypass.domain.lease import EndCause, Lease, LeaseState
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters
from sandbox.stack import Stack, Wish
from tests.failpoints import points
from tests.failpoints.points import names
from tests.failpoints.rig import OURS, SHORT, Rig, rigged, terminating
from tests.leftovers import left_as_found
from tests.stack import thrown_away
from tests.talk import ASK

pytestmark = pytest.mark.real

_GONE = "team-gone"
_TWO_PLACES = f"to dev --k8sGroup=team-view --namespace team-a --namespace {_GONE} --duration 2s"
_TWO_LEVELS = ASK.replace("--duration", "--k8sGroup=platform-admins --duration")
_LOST_ANSWER = ("notify.send.after", "notify.receipt.before")


def _moved(lease: Lease, *, minutes: int) -> datetime:
    assert lease.ends_at is not None
    return lease.ends_at + timedelta(minutes=minutes)


def _refused_or_gone(lease: Lease) -> bool:
    return lease.extension is None or lease.cause is EndCause.DRIFTED


@pytest.fixture(scope="module")
def stack(
    binaries: Binaries, clusters: Clusters, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Everything runs, with trapped workers."""
    wish = Wish(rate_limits=False, workers="tests.failpoints.worker", install=OURS)
    folder = tmp_path_factory.mktemp("failpoints")
    with left_as_found(*clusters), thrown_away(folder) as processes:
        started = Stack(processes, binaries, wish=wish, clusters=clusters)
        started.start(lambda _: None)
        yield started


@pytest.fixture(scope="module")
def gone(stack: Stack) -> Iterator[None]:
    """On dev there is a namespace that nothing can be created in: it is being deleted for ever."""
    with terminating(stack, _GONE), rigged(stack) as held:
        held.sees_afresh("dev")
        yield


@pytest.fixture
def rig(stack: Stack) -> Iterator[Rig]:
    """The stack, for one test."""
    with rigged(stack) as held:
        yield held


@pytest.mark.parametrize("point", names(*points.CLAIM, *points.PROVISION))
def test_grants_once_when_worker_dies_while_granting(rig: Rig, point: str) -> None:
    """What was recorded goes on: one attempt's objects, proven, said once (laws 1, 2, 4, 7)."""
    request = rig.asks()
    # Neither a claim nor a review names what it is for.
    anybody = point == "claim.before" or "proof" in point
    rig.dies(point, "" if anybody else request, lambda: rig.approves(request))
    rig.reaches(request, LeaseState.ACTIVE)
    rig.is_granted_once(request)
    rig.is_told(request, "Granted", times=1)
    rig.says("alice", f"release {request}")
    rig.is_over_once(request)


@pytest.mark.parametrize("point", names(*points.BEGIN))
def test_grants_each_once_when_worker_dies_as_many_begin(rig: Rig, point: str) -> None:
    """What is begun in one move with others is each begun once, or not yet (laws 2, 7)."""
    request = rig.asks("alice", _TWO_LEVELS)
    rig.dies(point, "", lambda: rig.approves(request))
    leases = [rig.reaches(request, LeaseState.ACTIVE, number) for number in (1, 2)]
    objects = [rig.named(lease) for lease in leases]
    assert rig.ours() == objects[0] | objects[1]
    for lease in leases:
        happened = rig.happened(lease.id)
        assert happened[Action.LEASE_ATTEMPTED] == happened[Action.LEASE_GRANTED] == 1
    rig.says("alice", f"release {request}")
    rig.is_over_once(request)
    rig.reaches(request, LeaseState.ENDED, 2)
    rig.is_clean()


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize("point", names(*points.UNDO))
def test_leaves_nothing_when_worker_dies_while_undoing(rig: Rig, point: str) -> None:
    """Half of a grant is no grant: it fails with a cause, and nothing of it stays (laws 1, 10)."""
    rig.trap.set(point, "")
    request = rig.asks_at_once(_TWO_PLACES)
    rig.until(rig.trap.has_sprung, f"somebody comes to {point}")
    rig.ages(request)
    rig.tries_again(request)
    lease = rig.is_over_once(request)
    assert lease.cause is EndCause.FAILED
    assert lease.granted_at is None
    rig.is_clean()


@pytest.mark.parametrize("point", names(*points.TAKE_BACK))
def test_ends_once_when_worker_dies_while_taking_back(rig: Rig, point: str) -> None:
    """Released while it is granted: whatever was created goes, whoever dies over it (law 1)."""
    request = rig.asks("alice", SHORT)
    rig.trap.set("provision.granted.before", request, gate=True)
    rig.approves(request)
    rig.until(rig.trap.has_sprung, "a worker at the gate")
    rig.says("alice", f"release {request}")
    rig.dies(point, request, lambda: None)
    rig.ages(request)
    assert rig.is_over_once(request).cause is EndCause.RELEASED


@pytest.mark.parametrize("point", names(*points.EXTEND))
def test_extends_once_when_worker_dies_while_extending(rig: Rig, point: str) -> None:
    """Object, lease and its row say one end, the later one, and nothing was away meanwhile."""
    request = rig.granted()
    before = rig.lease(request)
    rig.dies(point, request, lambda: rig.says("alice", f"extend {request} 5m"))
    rig.ends_otherwise(before)
    rig.is_granted_once(request)
    assert rig.ends_everywhere(request) == _moved(before, minutes=5)
    assert rig.happened(f"{request}-1")[Action.LEASE_EXTENDED] == 1
    rig.says("alice", f"release {request}")
    rig.is_over_once(request)


@pytest.mark.parametrize("point", names(*points.SHORTEN))
def test_shortens_once_when_worker_dies_while_shortening(rig: Rig, point: str) -> None:
    """The store's earlier end rules at once; the object says so too in the end (law 2)."""
    request = rig.granted()
    before = rig.lease(request)
    rig.dies(point, request, lambda: rig.says("alice", f"shorten {request} 5m"))
    rig.ends_otherwise(before)
    rig.is_granted_once(request)
    assert rig.ends_everywhere(request) < _moved(before, minutes=0)
    rig.says("alice", f"release {request}")
    rig.is_over_once(request)


@pytest.mark.parametrize("point", names(*points.NOT_EXTEND))
def test_keeps_its_end_when_worker_dies_while_refusing_to_extend(rig: Rig, point: str) -> None:
    """What cannot be extended keeps the end that it has, and says so once (law 10).

    Whoever comes after may look first, and finds that all of it is gone: then nothing is left to
    be extended.
    """
    request = rig.granted()
    before = rig.lease(request)
    rig.loses_object(request)
    rig.dies(point, request, lambda: rig.says("alice", f"extend {request} 5m"))
    rig.until(lambda: _refused_or_gone(rig.lease(request)), "the extension is refused")
    lease = rig.lease(request)
    assert lease.ends_at == before.ends_at
    refused = rig.happened(f"{request}-1")[Action.LEASE_NOT_EXTENDED]
    assert refused == (1 if lease.extension is None else 0)
    rig.says("alice", f"release {request}")
    rig.is_over_once(request)


@pytest.mark.parametrize("point", names(*points.OFFBOARD))
def test_ends_once_when_worker_dies_while_offboarding(rig: Rig, point: str) -> None:
    """What one process says and another does is done once, whoever dies over it (laws 5, 7)."""
    request = rig.granted()
    try:
        rig.dies(point, request, lambda: rig.slack.change_account("alice", deleted=True))
        assert rig.is_over_once(request).cause is EndCause.OFFBOARDED
    finally:
        rig.slack.change_account("alice", deleted=False)


@pytest.mark.parametrize("point", names(*points.REVOKE))
def test_ends_once_when_worker_dies_while_revoking(rig: Rig, point: str) -> None:
    """Past its end nothing is there, and the end has one event, wherever it was cut (law 3)."""
    expires = point.startswith("revoke.ending")
    request = rig.granted(SHORT) if expires else rig.granted()
    end = (lambda: None) if expires else (lambda: rig.says("alice", f"release {request}"))
    rig.dies(point, request if "proof" not in point else "", end)
    lease = rig.is_over_once(request)
    assert lease.cause is (EndCause.EXPIRED if expires else EndCause.RELEASED)
    assert lease.ended_at is not None
    assert lease.ends_at is not None
    assert not expires or lease.ended_at >= lease.ends_at
    rig.is_told(request, "Ended", times=1)


@pytest.mark.parametrize("point", names(*points.RECHECK))
def test_looks_again_when_worker_dies_over_the_last_look(rig: Rig, point: str) -> None:
    """The last look for a late create is kept by somebody, and then no row is left (law 3)."""
    request = rig.granted()
    rig.says("alice", f"release {request}")
    rig.is_over_once(request)
    rig.dies(point, f"{request}-1", lambda: rig.looks_again(request))
    rig.until(lambda: f"recheck:{request}-1" not in rig.rows(), "the last look")
    rig.is_over_once(request)


@pytest.mark.parametrize("point", names(*points.STRAYS))
def test_removes_stray_when_worker_dies_while_reconciling(rig: Rig, point: str) -> None:
    """No object without a lease; that it has to go is told, twice if death came after (law 1).

    That it is gone is told by whoever sees that it is.
    """
    name = rig.strays()
    subject = name if point.startswith(("reconcile.delete", "reconcile.record")) else ""
    rig.dies(point, subject, rig.looks_now)
    rig.until(lambda: name not in rig.ours(), "the stray is gone")
    rig.sees_afresh()
    rig.is_clean()
    twice = point in ("reconcile.record.after", "reconcile.delete.before")
    removed = rig.happened(f"RoleBinding payments/{name}")
    assert removed[Action.OBJECT_CONDEMNED] == (2 if twice else 1)
    assert removed[Action.OBJECT_REMOVED] == (0 if point == "reconcile.delete.after" else 1)


@pytest.mark.parametrize("point", names(*points.DRIFT))
def test_ends_once_when_worker_dies_over_a_drifted_lease(rig: Rig, point: str) -> None:
    """A lease whose object somebody took away ends, once, for that reason (laws 1, 7)."""
    request = rig.granted()
    rig.loses_object(request)
    rig.dies(point, request, rig.looks_now)
    assert rig.is_over_once(request).cause is EndCause.DRIFTED


@pytest.mark.parametrize("point", names(*points.RESTORE))
def test_adopts_once_when_worker_dies_while_restoring(rig: Rig, point: str) -> None:
    """A store that forgot all believes the cluster, once, until the end that it says (law 10)."""
    request = rig.granted()
    before, objects = rig.lease(request), rig.ours()
    rig.dies(point, request if "adopted" in point else "", rig.forgets_everything)
    rig.until(lambda: rig.is_restored(request), "the lease is known again, and no doubt is left")
    assert rig.ours() == objects
    assert rig.ends_everywhere(request) == before.ends_at
    assert rig.happened(f"{request}-1")[Action.LEASE_ADOPTED] == 1
    rig.says("alice", f"release {request}")
    assert rig.reaches(request, LeaseState.ENDED).cause is EndCause.RELEASED
    assert not rig.ours()


@pytest.mark.parametrize("point", names(*points.TELL))
def test_tells_slack_when_worker_dies_while_telling(rig: Rig, point: str) -> None:
    """Told once; twice at most where Slack took the message and nobody kept its receipt (law 9)."""
    request = rig.asks()
    message = f"direct:granted:{request}-1"
    once = point.startswith(("notify.edit", "notify.kept"))
    rig.card(request, "Pending")
    rig.dies(point, request if once else message, lambda: rig.approves(request))
    rig.forgets_hold(request, message)
    rig.card(request, "Granted")
    rig.is_told(request, "Granted", times=2 if point in _LOST_ANSWER else 1)
    rig.is_granted_once(request)
