"""No process starts on a Redis that evicts or forgets, or that is another install's.

On real servers, with real processes.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

import pytest
import structlog
from redis import Redis
from structlog.testing import capture_logs

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trust import connect_trusted
from daypass.domain.epoch import Epoch
from daypass.domain.errors import PermanentOutsideError, SettingsError, TemporaryOutsideError
from daypass.domain.ids import MoveId
from daypass.ports import Change
from sandbox.cluster.ports import free_ports
from sandbox.processes import Processes, without_proxies
from sandbox.valkey import Valkey
from tests.builders import NOON
from tests.integration.servers import EXAMPLE, SECRETS, a_valkey

BOUND: Final = 30
"""Seconds for a process to refuse; it takes one."""
EVICTS: Final = "maxmemory-policy allkeys-lru"
FORGETS: Final = "appendonly no"
COMMANDS: Final = {
    "bot": ("bot",),
    "grants": ("workers", "grants"),
    "notifications": ("workers", "notifications"),
    "timekeeper": ("workers", "timekeeper"),
    "people": ("daypass.cli", "people", "confirm", "U0ALICE", "alice@example.com"),
}
Server = Callable[..., Valkey]


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.fixture
def server(processes: Processes, empty_valkey: Valkey) -> Iterator[Server]:
    """Starts a Valkey with lines of configuration; ended after the test. The run's own has none."""
    with ExitStack() as stack:

        def start(*extra: str) -> Valkey:
            return (
                stack.enter_context(a_valkey(processes, "valkey-of-its-own", *extra))
                if extra
                else empty_valkey
            )

        yield start


def trusted(url: str, *, install: str = "main") -> Redis:
    """Return a client of a Redis that is trusted."""
    return connect_trusted(url, install=install, unsafe=False)


def refused(url: str, *, install: str = "main") -> str:
    """Return why a Redis is refused."""
    with pytest.raises(SettingsError) as caught:
        trusted(url, install=install)
    return str(caught.value)


def test_sandbox_and_compose_kind_of_redis_is_trusted(server: Server) -> None:
    """Append-only file, synced on each write, nothing evicted: not a word in the log."""
    with (
        capture_logs() as logs,
        trusted(server().url) as client,
    ):
        assert client.ping()
    assert logs == []


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ((EVICTS,), "set maxmemory-policy noeviction"),
        ((FORGETS,), "set appendonly yes"),
        ((FORGETS, 'save "60 1"'), "snapshots alone lose minutes"),
    ],
)
def test_redis_is_refused_when_it_evicts_or_forgets(
    server: Server, extra: tuple[str, ...], words: str
) -> None:
    """The refusal says what to set, and by which setting it can be overruled."""
    why = refused(server(*extra).url)
    assert words in why
    assert why.startswith("DAYPASS_REDIS_URL: ")
    assert "DAYPASS_REDIS_UNSAFE=yes" in why


def test_redis_is_refused_when_it_may_not_be_asked(server: Server) -> None:
    """Where neither INFO nor CONFIG is allowed only a person can vouch for it."""
    held = server("user daypass on >secret ~* &* +@all -info -config")
    url = held.url.replace(f":{held.address.password}@", "daypass:secret@")
    assert "does not say whether it keeps what it acknowledges; allow INFO" in refused(url)
    with capture_logs() as logs:
        connect_trusted(url, install="main", unsafe=True).close()
    assert [log["event"] for log in logs] == ["redis.unsafe"]


def test_sync_is_warned_about_when_it_is_not_always_or_unknown(server: Server) -> None:
    """INFO is enough to start on; how the file reaches the disk only CONFIG tells."""
    held = server("user daypass on >secret ~* &* +@all -config", "appendfsync everysec")
    unknown = held.url.replace(f":{held.address.password}@", "daypass:secret@")
    with capture_logs() as logs:
        for url in (held.url, unknown):
            trusted(url).close()
    assert [(log["event"], log["found"]) for log in logs] == [
        ("redis.appendfsync", "everysec"),
        ("redis.appendfsync", "unknown"),
    ]


@pytest.mark.parametrize(("extra", "words"), [((EVICTS,), "evict"), ((), "nothing is wrong")])
def test_override_is_loud_at_each_start(server: Server, extra: tuple[str, ...], words: str) -> None:
    """Development may overrule it; the log says so as an error, each time."""
    with capture_logs() as logs:
        connect_trusted(server(*extra).url, install="main", unsafe=True).close()
    [line] = logs
    assert (line["event"], line["log_level"]) == ("redis.unsafe", "error")
    assert words in line["why"]


def test_unreachable_redis_is_no_fault_of_its_settings(valkey: Valkey) -> None:
    """Starting again may help: an outage is told from a Redis that is set up wrongly."""
    nowhere = f"redis://127.0.0.1:{free_ports(1)[0]}/0"
    with pytest.raises(TemporaryOutsideError):
        trusted(nowhere)
    stranger = valkey.url.replace(valkey.address.password, "wrong")
    with pytest.raises(PermanentOutsideError, match="refuses our credentials"):
        trusted(stranger)


def started(name: str, url: str) -> subprocess.CompletedProcess[str]:
    """Start a process, which is to end by itself."""
    return subprocess.run(
        (sys.executable, "-m", *COMMANDS[name]),
        capture_output=True,
        check=False,
        env={
            **without_proxies(os.environ),
            **SECRETS,
            "DAYPASS_CONFIG": str(EXAMPLE),
            "DAYPASS_REDIS_URL": url,
        },
        text=True,
        timeout=BOUND,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_process_does_not_start_on_a_redis_that_forgets(server: Server, name: str) -> None:
    """Every process that writes says what is wrong and ends; nothing was written."""
    url = server(EVICTS, FORGETS).url
    ended = started(name, url)
    assert ended.returncode == (2 if name == "people" else 78), ended.stderr
    assert "set maxmemory-policy noeviction" in ended.stderr
    assert "set appendonly yes" in ended.stderr
    assert "Traceback" not in ended.stderr
    with connect(url) as client:
        assert client.dbsize() == 0


def begin(client: Redis, install: str) -> None:
    """Let a grants worker of `install` have begun there."""
    epoch = Epoch(id="e1", install=install, begun_at=NOON)
    RedisStore(client).commit(Change(move=MoveId("m1"), epoch=epoch))


@pytest.mark.parametrize("name", COMMANDS)
def test_process_does_not_start_on_a_redis_of_another_install(
    empty_valkey: Valkey, name: str
) -> None:
    """Each would end the other's leases where they never were; nothing was written."""
    with connect(empty_valkey.url) as client:
        begin(client, "staging")
        before = client.dbsize()
        ended = started(name, empty_valkey.url)
        assert ended.returncode == (2 if name == "people" else 78), ended.stderr
        assert "this Redis is of install 'staging'" in ended.stderr
        assert "install: main" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert client.dbsize() == before


def test_redis_of_another_install_is_refused_whatever_is_overruled(empty_valkey: Valkey) -> None:
    """Its own goes on, and so does one in which none began, or whose epoch cannot be read."""
    url = empty_valkey.url
    with connect(url) as client:
        trusted(url).close()
        client.set(keys.EPOCH, "{")
        trusted(url).close()
        client.delete(keys.EPOCH)
        begin(client, "main")
    trusted(url).close()
    with pytest.raises(SettingsError, match="of install 'main'"):
        connect_trusted(url, install="staging", unsafe=True)
