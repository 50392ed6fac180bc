"""A step of sifting reads so many bytes, whatever rows name: all of Redis waits for it."""

import json
from typing import Any, Final

import fakeredis
from structlog.testing import capture_logs

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.adapters.redis.sifting import READ, Sifting
from daypass.adapters.redis.sized import MOST
from daypass.ports import NOTIFICATIONS, PromiseKind
from tests.builders import a_lease

LONG: Final = MOST - 10_000
ROWS: Final = 12
A_MINUTE: Final = 60.0
EACH: Final = READ // LONG + 1
"""Values that a step reads before it is enough."""


class Counted(fakeredis.FakeStrictRedis):
    """A Redis that counts the scripts that were run."""

    def __init__(self) -> None:
        super().__init__(server=fakeredis.FakeServer())
        self.steps = 0
        self.others, self.gone = list[Sifting](), list[int]()

    def evalsha(self, *words: Any) -> Any:
        """Run a script."""
        self.steps += 1
        self.gone += [one.sift(NOTIFICATIONS) for one in self.others]
        return super().evalsha(*words)


def listed(client: fakeredis.FakeStrictRedis, person: str, name: str) -> None:
    """List a lease as what somebody holds, long as it is, and have them looked at."""
    stored = {**json.loads(encode(a_lease())), "why": "x" * LONG}
    client.set(keys.lease(name), json.dumps(stored))
    client.sadd(keys.live_of(person), name)
    client.zadd(keys.due(NOTIFICATIONS), {f"{PromiseKind.HOLDER}:{person}": 1})


def test_a_step_reads_so_much_and_the_next_goes_on() -> None:
    """One long value that thousands of rows name had stopped all of Redis for as many seconds."""
    client = Counted()
    for number in range(ROWS):
        listed(client, f"U{number}", "long-1")
    assert Sifting(client).sift(NOTIFICATIONS) == ROWS
    assert client.steps >= ROWS // EACH


def test_of_one_person_no_more_is_read_either() -> None:
    """Of more nobody says here that they hold nothing."""
    client = Counted()
    for number in range(2 * EACH):
        listed(client, "U0", f"long-{number}")
    assert Sifting(client).sift(NOTIFICATIONS) == 0


def test_one_thread_at_a_time_is_at_it() -> None:
    """Else every batch of ends would wait for the same million rows, and no end begins."""
    client = Counted()
    listed(client, "U0", "long-1")
    sifting = Sifting(client)
    client.others.append(sifting)
    assert sifting.sift(NOTIFICATIONS) == 1
    assert client.gone
    assert not any(client.gone)
    client.zadd(keys.due(NOTIFICATIONS), {f"{PromiseKind.HOLDER}:U0": 1})
    assert sifting.sift(NOTIFICATIONS) == 1


def test_a_keeper_has_one_line_in_the_log_a_minute() -> None:
    """Whoever writes rows without pause had it say so thirty times a second."""
    client, ticks = Counted(), [0.0]
    sifting = Sifting(client, lambda: ticks[0])
    with capture_logs() as said:
        for _ in range(3):
            listed(client, "U0", "long-1")
            client.delete(keys.live_of("U0"))
            assert sifting.sift(NOTIFICATIONS) == 1
            ticks[0] += A_MINUTE / 2
    assert [(one["event"], one["rows"]) for one in said] == [
        ("agenda.sifted", 1),
        ("agenda.sifted", 2),
    ]
