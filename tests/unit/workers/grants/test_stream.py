"""A watch goes on from where it came to."""

from collections.abc import Iterator
from threading import Event

from daypass.domain.errors import TemporaryOutsideError
from workers.grants.stream import follow

DOWN = TemporaryOutsideError("away")


class Server:
    """Shows so many revisions in each watch, then breaks or ends it."""

    def __init__(self, *watches: tuple[int, Exception | None]) -> None:
        self.watches = list(watches)
        self.asked: list[str] = []
        self.heard: list[bool] = []
        self.stopped = Event()

    def look(self, since: str) -> Iterator[str]:
        """Be watched once more; stop it when there is nothing more to show."""
        self.asked.append(since)
        count, error = self.watches.pop(0)
        for _ in range(count):
            since = str(int(since or "0") + 1)
            yield since
        if not self.watches:
            self.stopped.set()
        if error is not None:
            raise error

    def failed(self, error: Exception, *, again: bool) -> float:
        """Hear why it broke."""
        assert error is DOWN
        self.heard.append(again)
        return 0.0

    def followed(self) -> list[str]:
        """Return the revisions from which it was watched."""
        follow(self.look, self.failed, stopped=self.stopped, ticks=lambda: 0.0)
        return self.asked


def test_watch_that_breaks_is_gone_on_with() -> None:
    """What came before it broke was seen: nothing is listed anew."""
    server = Server((3, DOWN), (0, DOWN), (2, None), (1, None))
    assert server.followed() == ["", "3", "3", "5"]
    assert server.heard == [False, True]


def test_watch_that_breaks_once_more_later_is_told_once_more() -> None:
    """In between it worked."""
    server = Server((0, DOWN), (1, None), (0, DOWN), (0, None))
    server.followed()
    assert server.heard == [False, False]


def test_watch_that_is_stopped_sees_nothing_more() -> None:
    """Not even what the server has to show."""
    server = Server((5, None), (1, None))
    server.stopped.set()
    assert server.followed() == []
    server.stopped.clear()
    seen = list[str]()

    def look(since: str) -> Iterator[str]:
        for one in server.look(since):
            seen.append(one)
            server.stopped.set()
            yield one

    follow(look, server.failed, stopped=server.stopped, ticks=lambda: 0.0)
    assert seen == ["1"]


def test_watch_that_breaks_after_it_was_stopped_tells_nobody() -> None:
    """Its server says goodbye up to a minute later; whoever has the duty by then sees it itself."""
    server = Server((2, DOWN))
    assert server.followed() == [""]
    assert server.heard == []
