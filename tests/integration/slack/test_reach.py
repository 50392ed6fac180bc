"""A connection that is open on our side alone is noticed, said, and made anew."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread, main_thread
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection as Session
from slack_sdk.socket_mode.builtin.connection import ConnectionState

from bot.connection import BUSY, DEAF, LOOK, SILENT, Connection, close
from chaos.network import Mode, Network
from daypass.adapters.prometheus.meters import measure_silence
from daypass.adapters.prometheus.pulse import SILENCE
from daypass.adapters.slack.client import connect
from sandbox.slack.client import Client
from sandbox.slack.seed import read_seed
from sandbox.slack.server import Config, Emulator
from tests.integration.slack.payloads import MANIFEST, TOKENS

WIRE = "slack"


class Slow(SocketModeClient):
    """A client that takes its time to notice that it is to disconnect, if told so.

    Whoever asks next for the session is told of the one before, if one was `left` so.
    """

    noticing: bool = True
    left: Session | None = None
    _session: Session | None = None

    @property
    def current_session(self) -> Session | None:
        """The session, or once more the one that was left: to the test's own thread."""
        left = self.left if current_thread() is main_thread() else None
        self.left = None if left else self.left
        return left or self._session

    @current_session.setter
    def current_session(self, session: Session | None) -> None:
        self._session = session

    def disconnect(self) -> None:
        """Disconnect, or not yet."""
        if self.noticing:
            super().disconnect()


class Line:
    """The bot's end of a connection over a wire, watched by a clock that the test moves."""

    def __init__(self, emulator: Emulator, network: Network, executor: ThreadPoolExecutor) -> None:
        self.now = 0.0
        self.slack, self.network = Client(emulator.url), network
        web = connect(TOKENS.bot, emulator.api_url)
        self.client = Slow(TOKENS.app, web_client=web, ping_interval=5)
        self.reach = Connection(self.client, executor, ticks=lambda: self.now)
        # Only this first connection goes over the wire.
        url = str(web.apps_connections_open(app_token=TOKENS.app)["url"])
        port = urlsplit(url).port
        assert port is not None
        self.client.wss_uri = url.replace(f":{port}/", f":{network.lay(WIRE, port)}/")
        self.client.connect()
        self.slack.wait_for_app(within=20)

    def passes(self, seconds: float) -> None:
        """Let time pass, with a look each second of it."""
        for _ in range(int(seconds / LOOK)):
            self.now += LOOK
            self.reach.look()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """One thread for listeners."""
    with ThreadPoolExecutor(1) as one:
        yield one


@pytest.fixture
def line(executor: ThreadPoolExecutor) -> Iterator[Line]:
    """A line to a fresh workspace."""
    config, network = Config(seed=read_seed(), manifest=MANIFEST, tokens=TOKENS), Network()
    with network.running(), Emulator(config) as emulator:
        line = Line(emulator, network, executor)
        try:
            yield line
        finally:
            close(line.client)


def test_connection_that_is_open_on_our_side_alone_is_cut_and_made_anew(line: Line) -> None:
    """A wire that carries nothing any more is said, measured and left within seconds of silence."""
    line.passes(LOOK)
    assert line.reach.ready() == line.reach.lives() == ""
    line.network.set(WIRE, Mode.BLACKHOLE)
    session, heard = line.client.session_id(), Event()
    line.client.on_message_listeners.append(lambda _: heard.set())
    for _ in range(10):  # What was on its way when the wire went dead is heard all the same.
        line.passes(2 * SILENT)
        if line.reach.silence > SILENT:
            break
    assert line.reach.silence > SILENT
    assert line.reach.ready()
    assert line.reach.lives() == ""  # That Slack is away is mended by no new start.
    assert line.client.session_id() != session or not line.client.is_connected()
    assert heard.wait(20)
    line.passes(LOOK)
    assert line.reach.ready() == ""
    assert line.reach.silence <= LOOK


def test_connection_that_is_slow_to_be_left_counts_once(line: Line) -> None:
    """A busy machine must not make one silent connection look like three, and the bot stuck."""
    line.passes(LOOK)
    line.network.set(WIRE, Mode.BLACKHOLE)
    line.client.noticing = False
    for _ in range(10):  # As above.
        line.passes(SILENT + DEAF * LOOK)
        if line.reach.silence > SILENT + DEAF * LOOK:
            break
    assert line.reach.silence > SILENT + DEAF * LOOK
    assert line.reach.lives() == ""
    line.client.noticing = True


def test_connection_that_is_made_in_the_middle_of_a_look_is_not_cut_by_it(line: Line) -> None:
    """Nothing was heard for long, and the one that is there by now has not had its time."""
    line.passes(LOOK)
    session = line.client.session_id()
    line.client.left = Session("ws://127.0.0.1:1", line.client.logger)
    line.now += 2 * SILENT
    line.reach.look()
    assert line.client.session_id() == session
    assert line.client.is_connected()
    assert line.client.left is None


def test_reader_that_stays_with_a_session_that_was_replaced_is_a_stuck_process(line: Line) -> None:
    """It hears nobody, however often the client connects, and closing would wait for it for ever.

    Slack's client sets session and state in two steps; this is what begins between them.
    """
    reading, replaced = Event(), Event()
    ended = ConnectionState()  # type: ignore[no-untyped-call] # Theirs.

    def read(_: str) -> None:
        line.client.current_session_state = ended  # The reader holds the one before.
        reading.set()
        replaced.wait(60)

    line.client.on_message_listeners.append(read)
    line.slack.change_account("carol", deleted=True)
    assert reading.wait(20)
    line.client.connect_to_new_endpoint(force=True)
    replaced.set()
    for _ in range(3 * DEAF):  # What it had read by then may be heard all the same.
        line.passes(SILENT + 3 * LOOK)
        if line.reach.lives():
            break
        line.client.connect_to_new_endpoint(force=True)
    assert "in a row and never heard" in line.reach.lives()
    assert line.reach.ready()
    assert line.reach.silence > DEAF * SILENT
    close(line.client)
    assert line.client.current_session_runner.is_alive()


def test_silence_is_measured(line: Line) -> None:
    """What an alert asks for is how long nothing came."""
    registry = CollectorRegistry()
    measure_silence(registry, lambda: line.reach.silence)
    line.passes(LOOK)
    line.now += 7
    silent = registry.get_sample_value("daypass_slack_silent_seconds")
    assert silent is not None
    assert silent <= 7 + LOOK


def test_listeners_that_all_hang_are_a_stuck_process(
    line: Line, executor: ThreadPoolExecutor
) -> None:
    """Nobody is answered any more, though Slack is heard: only a new start helps."""
    done = Event()
    hanging = executor.submit(done.wait, 60)
    line.passes(BUSY + 2 * LOOK)
    assert "no listener has been free" in line.reach.lives()
    done.set()
    assert hanging.result(timeout=20)
    executor.submit(lambda: None).result(timeout=20)
    assert line.reach.lives() == ""


def test_loop_of_the_client_that_is_gone_is_a_stuck_process(line: Line) -> None:
    """A thread that died connects nobody anew, and nothing starts it again."""
    line.passes(LOOK)
    line.client.current_app_monitor.shutdown()  # type: ignore[no-untyped-call] # Theirs.
    assert "monitor" in line.reach.lives()


def test_watch_that_does_not_look_is_a_stuck_process(line: Line) -> None:
    """Whoever should notice must not be the one that hangs."""
    line.passes(LOOK)
    line.now += SILENCE + LOOK
    assert "stuck" in line.reach.lives()
