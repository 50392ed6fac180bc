"""A credential that ends: renewed in time beside the calls, used to its end where that fails."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import pytest
from structlog.testing import capture_logs

from daypass.adapters.kubernetes.identity import Credential
from daypass.adapters.kubernetes.plugin import Given
from daypass.adapters.kubernetes.renewing import EARLY, PAUSE, SHORTEST, Renewed
from daypass.domain.errors import TemporaryOutsideError
from tests.builders import NOON
from tests.ticks import Ticks

HOUR: Final = 3600.0


class Issuer:
    """Gives what is next; where `open` is not set it takes its time."""

    def __init__(self, *given: Given | Exception) -> None:
        self._given = deque(given)
        self.asked = 0
        self.open = Event()
        self.open.set()

    def __call__(self) -> Given:
        """Be asked."""
        self.asked += 1
        assert self.open.wait(60)
        one = self._given.popleft()
        if isinstance(one, Exception):
            raise one
        return one


class Clock:
    """Ticks and the time of day, which move together."""

    def __init__(self) -> None:
        self.ticks = Ticks()
        self.off = timedelta()

    def now(self) -> datetime:
        """Return what this machine takes for the time."""
        return NOON + timedelta(seconds=self.ticks.now - 100) + self.off


@pytest.fixture
def clock() -> Clock:
    """This machine's."""
    return Clock()


def token(name: str, lasts: float | None = HOUR) -> Given:
    """Return a token that is good for so many seconds from noon on."""
    end = None if lasts is None else NOON + timedelta(seconds=lasts)
    return Given(credential=Credential(token=name), expires=end)


def kept(issuer: Issuer, clock: Clock, wait: float = 60) -> Renewed:
    """Keep what it gives."""
    return Renewed("the plugin p", issuer, ticks=clock.ticks, now=clock.now, wait=wait)


def fault(text: str = "exit code 1") -> TemporaryOutsideError:
    """Return what goes wrong."""
    return TemporaryOutsideError(text)


def test_asks_nobody_before_it_is_needed(clock: Clock) -> None:
    """And once for all calls from then on."""
    issuer = Issuer(token("t-1"))
    one = kept(issuer, clock)
    assert issuer.asked == 0
    assert [one.current().token for _ in range(3)] == ["t-1"] * 3
    assert issuer.asked == 1


def test_asks_once_however_many_threads_want_it(clock: Clock) -> None:
    """All wait for the same run, and have what it gives."""
    issuer = Issuer(token("t-1"))
    issuer.open.clear()
    one = kept(issuer, clock)
    with ThreadPoolExecutor(16) as threads:
        waiting = [threads.submit(one.current) for _ in range(16)]
        issuer.open.set()
        assert {each.result().token for each in waiting} == {"t-1"}
    assert issuer.asked == 1


def test_fails_once_for_all_that_wait(clock: Clock) -> None:
    """They do not ask one after the other what hangs for the longest time each."""
    issuer = Issuer(fault())
    issuer.open.clear()
    one = kept(issuer, clock)
    with ThreadPoolExecutor(16) as threads:
        waiting = [threads.submit(one.current) for _ in range(16)]
        issuer.open.set()
        assert {str(each.exception()) for each in waiting} == {"exit code 1"}
    assert issuer.asked == 1


def test_holds_up_no_call_while_it_is_renewed(clock: Clock) -> None:
    """Law 3: an end goes on with what is good, however long whoever gives the next one takes."""
    issuer = Issuer(token("t-1"), token("t-2", 2 * HOUR))
    one = kept(issuer, clock)
    one.current()
    issuer.open.clear()
    clock.ticks.move_on(HOUR - EARLY)
    assert [one.current().token for _ in range(3)] == ["t-1"] * 3
    issuer.open.set()
    one.renew()  # Waits for who is asking.
    assert (one.current().token, issuer.asked) == ("t-2", 2)


def test_is_used_to_its_end_while_renewing_fails(clock: Clock) -> None:
    """The log says it once; after the end each call says why, and what comes back serves again."""
    issuer = Issuer(token("t-1"), fault(), fault(), fault(), token("t-2", 2 * HOUR))
    one = kept(issuer, clock)
    one.current()
    with capture_logs() as logs:
        clock.ticks.move_on(HOUR - EARLY)
        for _ in range(2):
            assert one.current().token == "t-1"
            one.renew()
            clock.ticks.move_on(PAUSE)
        clock.ticks.move_on(EARLY)
        for _ in range(2):  # The second asks nobody: it was tried just now.
            with pytest.raises(TemporaryOutsideError, match="exit code 1"):
                one.current()
    assert [entry["event"] for entry in logs] == ["cluster.credential_not_renewed"]
    assert issuer.asked == 4
    clock.ticks.move_on(PAUSE)
    assert one.current().token == "t-2"


def test_waits_no_longer_than_for_a_server(clock: Clock) -> None:
    """Who hangs is told, and goes on by itself: what it gives at last is taken."""
    issuer = Issuer(token("t-1"))
    issuer.open.clear()
    one = kept(issuer, clock, wait=0.01)
    with pytest.raises(TemporaryOutsideError, match=r"plugin p has not answered within 0\.01 s"):
        one.current()
    issuer.open.set()
    while one._running:
        one.renew()
    assert one.current().token == "t-1"


def test_short_life_is_renewed_before_its_end(clock: Clock) -> None:
    """With a fifth of it left, where that is less than five minutes."""
    issuer = Issuer(token("t-1", 60), token("t-2"))
    one = kept(issuer, clock)
    one.current()
    clock.ticks.move_on(47.9)
    one.current()
    assert issuer.asked == 1
    clock.ticks.move_on(0.2)
    one.current()
    one.renew()
    assert (one.current().token, issuer.asked) == ("t-2", 2)


def test_one_without_an_end_is_kept(clock: Clock) -> None:
    """Until a server does not take it."""
    issuer = Issuer(token("t-1", None), token("t-2", None))
    one = kept(issuer, clock)
    one.current()
    clock.ticks.move_on(1000 * HOUR)
    assert one.current().token == "t-1"
    one.renew()
    assert one.current().token == "t-2"


@pytest.mark.parametrize("ahead", [HOUR, 24 * HOUR])
def test_is_tried_all_the_same_when_our_clock_says_that_it_is_over(
    clock: Clock, ahead: float
) -> None:
    """A clock that is ahead of the issuer's must not stop every end: the server decides."""
    clock.off = timedelta(seconds=ahead)
    issuer = Issuer(token("t-1"), token("t-2"))
    one = kept(issuer, clock)
    with capture_logs() as logs:
        assert one.current().token == "t-1"
        clock.ticks.move_on(SHORTEST)
        assert one.current().token == "t-2"
    assert [entry["event"] for entry in logs] == ["cluster.credential_over"]  # Once.


def test_is_renewed_when_a_server_says_that_it_is_over(clock: Clock) -> None:
    """As where our clock is behind; what was given just now is not asked for again at once."""
    clock.off = timedelta(hours=-2)
    issuer = Issuer(token("t-1"), token("t-2"))
    one = kept(issuer, clock)
    one.current()
    one.renew()
    assert (one.current().token, issuer.asked) == ("t-1", 1)
    clock.ticks.move_on(PAUSE)
    one.renew()
    assert (one.current().token, issuer.asked) == ("t-2", 2)
