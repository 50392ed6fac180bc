"""Redis's time as it is carried on between two questions."""

from datetime import datetime, timedelta

from daypass.adapters.redis.present import ASK_AGAIN, Present
from tests.builders import NOON
from tests.ticks import Ticks


class Redis:
    """Answers with what it was told to, and counts."""

    def __init__(self) -> None:
        self.at = NOON
        self.asked = 0

    def time(self) -> datetime:
        """Return the time."""
        self.asked += 1
        return self.at


def test_now_moves_with_the_ticks_between_two_questions() -> None:
    """One question serves a quarter of a second."""
    redis, ticks = Redis(), Ticks()
    present = Present(redis.time, ticks)
    assert present.now() == NOON
    ticks.move_on(0.2)
    assert present.now() == NOON + timedelta(seconds=0.2)
    assert redis.asked == 1


def test_now_asks_again_when_the_answer_is_old() -> None:
    """Whatever the machine's own clock does, Redis is right."""
    redis, ticks = Redis(), Ticks()
    present = Present(redis.time, ticks)
    present.now()
    ticks.move_on(ASK_AGAIN + 0.01)
    redis.at += timedelta(minutes=1)
    assert present.now() == NOON + timedelta(minutes=1)


def test_now_does_not_go_back_when_an_answer_took_longer() -> None:
    """An answer that was long on its way is older than it looks; time stands still until then."""
    redis, ticks = Redis(), Ticks()
    present = Present(redis.time, ticks)
    present.now()
    ticks.move_on(ASK_AGAIN + 0.01)
    redis.at += timedelta(seconds=ASK_AGAIN - 0.1)
    first = present.now()
    assert first == NOON + timedelta(seconds=ASK_AGAIN - 0.1)
    redis.at -= timedelta(milliseconds=5)
    ticks.move_on(ASK_AGAIN + 0.01)
    assert present.now() == first


def test_now_follows_another_redis_when_it_took_over() -> None:
    """A server whose clock is far behind is the one that counts from then on."""
    redis, ticks = Redis(), Ticks()
    present = Present(redis.time, ticks)
    present.now()
    redis.at -= timedelta(minutes=1)
    ticks.move_on(ASK_AGAIN + 0.01)
    assert present.now() == NOON - timedelta(minutes=1)
