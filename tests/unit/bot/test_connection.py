"""Whether Slack still reaches us, where it is heard in the middle of a look."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bot.connection import DEAF, LOOK, SILENT, Connection

if TYPE_CHECKING:
    from collections.abc import Callable


class Session:
    """A session that is open, and answers no ping; each time its id is asked for, one of `then`."""

    last_ping_pong_time = 1.0

    def __init__(self) -> None:
        self.then: list[Callable[[], None]] = []

    @property
    def session_id(self) -> str:
        """Its id."""
        if self.then:
            self.then.pop(0)()
        return str(id(self))

    def is_active(self) -> bool:
        """It is."""
        return True


class Client:
    """Slack's client as far as it is watched; with a new session each time it is left."""

    current_app_monitor_started = False
    current_session_runner = message_processor = SimpleNamespace(is_alive=lambda: True)

    def __init__(self) -> None:
        self.on_message_listeners: list[Callable[[str], None]] = []
        self.current_session, self.left = Session(), 0

    def hears(self) -> None:
        """Hear something."""
        for listener in self.on_message_listeners:
            listener("{}")

    def disconnect(self) -> None:
        """Leave the session for another."""
        self.current_session, self.left = Session(), self.left + 1


def test_connection_that_is_heard_as_it_is_to_be_cut_is_not_cut() -> None:
    """And counts for none of those that were never heard: those come in a row."""
    now, client = [0.0], Client()
    anything: Any = client
    with ThreadPoolExecutor(1) as executor:
        reach = Connection(anything, executor, ticks=lambda: now[0])
        reach.look()
        now[0] += SILENT + LOOK
        client.current_session.then = [lambda: None, client.hears]
        reach.look()
        assert (client.left, reach.silence) == (0, 0.0)
        for _ in range(DEAF - 1):
            now[0] += SILENT + LOOK
            reach.look()
            reach.look()
        assert client.left == DEAF - 1
        assert reach.lives() == ""
