"""Redis loses what it held, or RQ a job, under the running whole: what was given still ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from daypass.adapters.redis.client import connect
from daypass.domain.epoch import Epoch
from daypass.domain.errors import OutsideError
from daypass.domain.lease import EndCause, LeaseState
from tests.integration.servers import Backup
from tests.talk import ASK
from tests.whole import Whole

pytestmark = pytest.mark.real

_SHORT = ASK.replace("10m", "3s")
_QUEUE = "rq:queue:grants"
_TAKEN = "rq:queue:grants:intermediate"


def _new_epoch(whole: Whole, before: Epoch | None) -> Epoch:
    """Wait until the store has another epoch than before and every cluster is proven in it."""

    def is_proven() -> bool:
        try:
            epoch = whole.store.epoch()
        except OutsideError:
            return False
        return epoch is not None and epoch.id != (before and before.id) and not epoch.unproven

    whole.until(is_proven, "every cluster is proven in a new epoch")
    epoch = whole.store.epoch()
    assert epoch is not None
    return epoch


def test_goes_on_by_what_the_clusters_know_when_redis_was_emptied(whole: Whole) -> None:
    """FLUSHALL under running workers: the lease goes on until its end, and no worker is restarted.

    What it gives ends as any other, and what is asked anew is granted.
    """
    request = whole.grants()
    before, epoch = whole.lease(request), whole.store.epoch()
    with connect(whole.stack.valkey.url) as client:
        client.flushall()
    assert _new_epoch(whole, epoch).why == "the store was empty"
    after = whole.lease(request)
    assert (after.state, after.adopted, after.holder.id) == (
        LeaseState.ACTIVE,
        True,
        before.holder.id,
    )
    assert after.ends_at is not None
    assert before.ends_at is not None
    assert after.ends_at <= before.ends_at
    assert whole.sees_pods("alice")
    whole.says("alice", f"release {request}")
    whole.reaches(request, LeaseState.ENDED)
    assert not whole.sees_pods("alice")
    whole.grants("carol")
    assert whole.sees_pods("carol")


def test_gives_nothing_back_when_redis_was_set_back(whole: Whole, tmp_path: Path) -> None:
    """An older copy put back: what was granted since goes on, what has ended since stays ended."""
    ended = whole.grants("carol")
    epoch, backup = whole.store.epoch(), Backup(whole.stack.valkey, tmp_path)
    whole.says("carol", f"release {ended}")
    whole.reaches(ended, LeaseState.ENDED)
    since = whole.grants("alice")
    backup.put_back()
    for cluster in ("prod", "dev"):
        whole.looks_now(cluster)
    assert _new_epoch(whole, epoch).why == "the store was set back to an earlier state"
    assert whole.lease(since).state is LeaseState.ACTIVE
    assert whole.lease(since).adopted
    assert whole.sees_pods("alice")
    whole.reaches(ended, LeaseState.ENDED)
    assert not whole.sees_pods("carol")
    assert len(whole.objects()) == 1


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
