"""A Redis that is silent holds nobody for long."""

from copy import deepcopy

import pytest
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError  # noqa: A004 - The library's names.

from daypass.adapters.redis.client import ANSWER_TIMEOUT, RETRIES, connect
from daypass.adapters.redis.patience import NONE, PATIENCE, Patience


class Silence:
    """What takes a command's whole time limit, and is not answered."""

    def __init__(self) -> None:
        self.now = 0.0
        self.tried = self.failed = 0

    def ask(self) -> None:
        """Wait for an answer."""
        self.tried += 1
        self.now += ANSWER_TIMEOUT
        raise TimeoutError

    def fail(self, _error: Exception, _count: int = 0) -> None:
        """Clean up."""
        self.failed += 1


@pytest.mark.parametrize("counts", [False, True])
def test_what_is_silent_is_tried_for_a_while(counts: bool) -> None:  # noqa: FBT001 - The library's.
    """A supervisor takes a loop that waits for minutes for one that hangs, and kills it."""
    silence = Silence()
    patience = Patience(NoBackoff(), RETRIES, ticks=lambda: silence.now)
    with pytest.raises(TimeoutError):
        patience.call_with_retry(silence.ask, silence.fail, with_failure_count=counts)
    assert silence.now < PATIENCE + ANSWER_TIMEOUT
    assert silence.tried == silence.failed == 2


def test_whoever_has_no_patience_asks_a_silent_redis_once() -> None:
    """A Prometheus waits for ten seconds: what came later, nobody would hear that Redis is down."""
    silence = Silence()
    patience = Patience(NoBackoff(), RETRIES, longest=NONE, ticks=lambda: silence.now)
    with pytest.raises(TimeoutError):
        patience.call_with_retry(silence.ask, silence.fail)
    assert silence.tried == silence.failed == 1


def test_what_is_silent_within_a_try_is_tried_no_longer() -> None:
    """Each of three layers for so long would be minutes."""
    silence = Silence()
    patience = Patience(NoBackoff(), RETRIES, ticks=lambda: silence.now)
    with pytest.raises(TimeoutError):
        patience.call_with_retry(
            lambda: patience.call_with_retry(silence.ask, silence.fail), lambda _: None
        )
    assert silence.tried == silence.failed == 2
    with pytest.raises(TimeoutError):  # What comes next has its own time.
        patience.call_with_retry(silence.ask, silence.fail)
    assert silence.tried == silence.failed == 4


def test_what_must_not_be_tried_again_is_not() -> None:
    """Whoever asks says so."""
    silence = Silence()
    patience = deepcopy(Patience(NoBackoff(), RETRIES))
    with pytest.raises(TimeoutError):
        patience.call_with_retry(silence.ask, silence.fail, lambda _: False)
    assert silence.tried == 1
    with pytest.raises(ConnectionError):
        patience.call_with_retry(_gone, silence.fail, lambda _: False)


def _gone() -> None:
    raise ConnectionError


def test_each_connection_has_that_patience() -> None:
    """A client without it waits for a silent Redis for half an hour."""
    with connect("redis://127.0.0.1:1/0") as client:
        made = client.connection_pool.make_connection()
        assert isinstance(made.retry, Patience)
        assert made.retry.get_retries() == RETRIES
