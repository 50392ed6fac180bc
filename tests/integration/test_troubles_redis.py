"""RQ loses a job under the running whole: a job is a hint, and what is due is done."""

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
    """A job is a hint: what is due is in the clock, and the timekeeper wakes again."""
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
