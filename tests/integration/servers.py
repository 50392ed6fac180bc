"""Valkeys of a test's own, to be killed, set back and failed over."""

import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from sandbox.cluster.ports import free_ports
from sandbox.processes import Child, Processes
from sandbox.valkey import Valkey, valkey_program

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "daypass.yaml"
SECRETS: Final = {
    "DAYPASS_MAC_KEY": "ab" * 32,
    "DAYPASS_SLACK_BOT_TOKEN": "xoxb-1",
    "DAYPASS_SLACK_APP_TOKEN": "xapp-1",
}
"""What real processes have to be given to start, together with EXAMPLE and a Redis."""
MASTER: Final = "mymaster"
DOWN_AFTER: Final = 1_000
"""Milliseconds without an answer until a Sentinel takes a server for dead."""
READY: Final = 20.0
"""Seconds for servers to find each other."""
_AOF: Final = "appendonlydir"


@contextmanager
def a_valkey(processes: Processes, name: str, *extra: str) -> Iterator[Valkey]:
    """Have a Valkey of its own, with these lines in its configuration."""
    started = Valkey(processes, valkey_program(), name=name, extra=extra)
    started.start()
    try:
        yield started
    finally:
        started.kill()


class Backup:
    """A copy of what a Valkey has on its disk."""

    def __init__(self, valkey: Valkey, to: Path) -> None:
        self._valkey = valkey
        self._copy = to / _AOF
        shutil.copytree(valkey.folder / _AOF, self._copy)

    def put_back(self) -> None:
        """Kill the server and start it with what it had then."""
        self._valkey.kill()
        shutil.rmtree(self._valkey.folder / _AOF)
        shutil.copytree(self._copy, self._valkey.folder / _AOF)
        self._valkey.start_again()


class Watched:
    """A master, a replica and three Sentinels that watch them."""

    def __init__(
        self, processes: Processes, nodes: Sequence[Valkey], sentinels: Sequence[int]
    ) -> None:
        self._processes = processes
        self._nodes = {node.address.port: node for node in nodes}
        self._sentinels = sentinels
        self.url = (
            nodes[0]
            .url.replace("redis://", "redis+sentinel://")
            .replace(
                f"127.0.0.1:{nodes[0].address.port}/0",
                ",".join(f"127.0.0.1:{port}" for port in sentinels) + f"/{MASTER}/0",
            )
        )

    def kill_master(self) -> None:
        """End the present master as a crash would."""
        self.master().kill()

    def freeze_master(self) -> Valkey:
        """Let the present master say nothing more, without closing a connection; return it."""
        frozen = self.master()
        self._processes[frozen.name].signal(signal.SIGSTOP)
        return frozen

    def thaw(self, node: Valkey) -> None:
        """Let it go on where it was, as if nothing had happened."""
        self._processes[node.name].signal(signal.SIGCONT)

    def master(self) -> Valkey:
        """The master, as the first Sentinel sees it."""
        with Redis(port=self._sentinels[0], socket_timeout=2) as sentinel:
            found = sentinel.sentinel_masters()[MASTER]
        return self._nodes[int(found["port"])]

    def is_complete(self) -> bool:
        """Whether all Sentinels know each other and the replica, and it has all data."""
        for port in self._sentinels:
            with Redis(port=port, socket_timeout=2) as sentinel:
                state = sentinel.sentinel_masters()[MASTER]
            if state["num-other-sentinels"] != len(self._sentinels) - 1 or not state["num-slaves"]:
                return False
        with Redis.from_url(self.master().url, socket_timeout=2) as client:
            replica = client.info("replication").get("slave0")
        return isinstance(replica, dict) and replica.get("state") == "online"


@contextmanager
def watched(processes: Processes) -> Iterator[Watched]:
    """Have a master that takes writes only while its replica listens, and Sentinels."""
    with ExitStack() as stack:
        master = stack.enter_context(a_valkey(processes, "node-1", *_REPLICATED))
        password = master.address.password
        follows = (
            *_REPLICATED,
            f"requirepass {password}",
            f"masterauth {password}",
            f"replicaof 127.0.0.1 {master.address.port}",
        )
        replica = Valkey(processes, valkey_program(), name="node-2", extra=follows)
        replica.address = type(replica.address)(port=replica.address.port, password=password)
        replica.start()
        stack.callback(replica.kill)
        with Redis.from_url(master.url, socket_timeout=2) as client:
            client.config_set("masterauth", password)
        ports = free_ports(3)
        for port in ports:
            stack.enter_context(_a_sentinel(processes, port, master))
        held = Watched(processes, (master, replica), ports)
        processes.wait_until(held.is_complete, master.name, seconds=READY)
        yield held


_REPLICATED: Final = ("repl-diskless-sync-delay 0", "repl-ping-replica-period 1")


@contextmanager
def _a_sentinel(processes: Processes, port: int, master: Valkey) -> Iterator[None]:
    name = f"sentinel-{port}"
    folder = processes.run_directory / name
    folder.mkdir(mode=0o700)
    file = folder / "sentinel.conf"
    lines = (
        "bind 127.0.0.1",
        f"port {port}",
        f'dir "{folder}"',
        f"sentinel monitor {MASTER} 127.0.0.1 {master.address.port} 2",
        f"sentinel auth-pass {MASTER} {master.address.password}",
        f"sentinel down-after-milliseconds {MASTER} {DOWN_AFTER}",
        f"sentinel failover-timeout {MASTER} 5000",
    )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    processes.start(Child(name=name, command=(str(valkey_program()), str(file), "--sentinel")))
    processes.wait_until(lambda: _answers(port), name, seconds=READY)
    try:
        yield
    finally:
        processes.kill(name)


def _answers(port: int) -> bool:
    with Redis(port=port, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
