"""RQ loses a job under the running whole, and Redis loses rows: what is due is done."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from daypass.adapters.redis.client import connect
from daypass.domain.lease import EndCause, LeaseState
from tests.talk import ASK
from tests.whole import Whole

pytestmark = pytest.mark.real

_SHORT = ASK.replace("10m", "3s")
_QUEUE = "rq:queue:grants"
_TAKEN = "rq:queue:grants:intermediate"
_DUE = "daypass:due:prod"


@contextmanager
def _jobs_lost(whole: Whole) -> Iterator[None]:
    """Inside, each wake-up of the grants workers goes to one that then dies with it, or is lost."""
    whole.stack.processes.kill("grants")
    try:
        yield
        with connect(whole.stack.valkey.url) as client:
            whole.until(lambda: client.llen(_QUEUE) > 0, "a wake-up waits")
            _lose(client)
    finally:
        whole.revive("grants")


def _lose(client: Redis) -> None:
    """Take the job as a worker does, by RQ's own command, and forget it, as one does that dies."""
    assert client.lmove(_QUEUE, _TAKEN, "RIGHT", "LEFT") is not None
    client.delete(_QUEUE, _TAKEN)


def test_grants_when_rq_has_lost_the_job(whole: Whole) -> None:
    """A job is a hint: what is due is in the agenda, and the timekeeper wakes again."""
    request = whole.asks()
    whole.card(request, "Pending")
    with _jobs_lost(whole):
        whole.clicks("bob", "approve", request)
    whole.card(request, "Granted")
    assert whole.sees_pods("alice")


def test_ends_when_rq_has_lost_the_job(whole: Whole) -> None:
    """Law 1: the end comes although nobody was told of it."""
    request = whole.grants("alice", _SHORT)
    with _jobs_lost(whole):
        pass
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.EXPIRED
    assert not whole.objects()
    assert not whole.sees_pods("alice")


def test_ends_when_somebody_took_away_the_rows_of_its_end_and_of_the_look(whole: Whole) -> None:
    """Law 3: two writes to Redis keep nobody's access alive; an end rests on no row alone."""
    request = whole.grants("alice", ASK.replace("10m", "6s"))
    with connect(whole.stack.valkey.url) as client:
        assert client.zrem(_DUE, f"end:{whole.lease(request).id}") == 1
        assert client.zadd(_DUE, {"reconcile:prod": 9e15}, xx=True, ch=True) == 1
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.EXPIRED
    assert not whole.objects()
    assert not whole.sees_pods("alice")
