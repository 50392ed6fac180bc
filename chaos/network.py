"""Wires that break on demand: small TCP proxies on loopback, all in one thread of their own."""

import asyncio
import random
import socket
import struct
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from threading import Thread
from typing import Any, Final, TypeVar

_BLOCK: Final = 65_536
_DELAY: Final = (0.02, 0.2)
"""Seconds that a slow wire holds each block; below every time-out, above every good network."""
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER that makes a close a reset."""
_PATIENCE: Final = 10.0
_FOLLOWS: Final = 10
"""Turns of the loop: from a connection that came to its greeting there are three."""
T = TypeVar("T")


class Mode(StrEnum):
    """How a wire is."""

    OK = "ok"
    REFUSE = "refuse"  # nobody listens; what was open is cut
    BLACKHOLE = "blackhole"  # nothing arrives; what was sent arrives when it is over
    RESET = "reset"  # every connection is cut, also new ones
    SLOW = "slow"  # every block comes late


class Wire:
    """Forwards a port of its own to `target` on 127.0.0.1; used from its network's thread only."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._mode = Mode.OK
        self._open = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._carried: set[asyncio.Future[None]] = set()

    async def become(self, mode: Mode) -> None:
        """Change how it is, at once, for open connections too."""
        self._mode = mode
        if mode in (Mode.REFUSE, Mode.RESET):
            self.cut()
        if mode is Mode.REFUSE:
            await self._deafen()
        elif self._server is None:
            await self._listen()
        (self._open.clear if mode is Mode.BLACKHOLE else self._open.set)()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._greet, "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _deafen(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            for listening in server.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
            # What it has accepted by then asyncio forgets where the server is closed already.
            await _turns()
            server.close()

    def cut(self) -> None:
        """Reset what is open."""
        for end in tuple(self._ends):
            _reset(end)

    def _greet(self, asked: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        """Carry a connection; it is known at once, for who carries it may be ended unbegun."""
        if self._mode in (Mode.RESET, Mode.REFUSE):
            _reset(asker)
            return
        self._ends.add(asker)
        carried = asyncio.ensure_future(self._carry(asked, asker))
        self._carried.add(carried)
        carried.add_done_callback(self._carried.discard)

    async def _carry(self, asked: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        ends = {asker}
        try:
            await self._open.wait()
            answered, answerer = await asyncio.open_connection("127.0.0.1", self._target)
            ends.add(answerer)
            self._ends.add(answerer)
            await asyncio.gather(self._pump(asked, answerer), self._pump(answered, asker))
        except (OSError, asyncio.CancelledError):  # Nobody answers, or the network ends.
            for end in ends:
                _reset(end)
        finally:
            self._ends -= ends
            for end in ends:
                end.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await source.read(_BLOCK):
                if self._mode is Mode.SLOW:
                    await asyncio.sleep(random.uniform(*_DELAY))
                await self._open.wait()
                sink.write(block)
                await sink.drain()
        with suppress(OSError, RuntimeError):
            sink.close()


def _reset(end: asyncio.StreamWriter) -> None:
    """Close a connection so that the other side sees a reset."""
    with suppress(OSError):
        found: socket.socket | None = end.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        end.transport.abort()


async def _end(wires: Sequence[Wire]) -> None:
    """End whatever else runs in this thread's loop, and close all that is open."""
    for wire in wires:
        await wire.become(Mode.REFUSE)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for wire in wires:
        wire.cut()
    await _turns()  # What was cut is closed.


async def _turns() -> None:
    """Let the loop do what follows from what it has begun."""
    for _ in range(_FOLLOWS):
        await asyncio.sleep(0)


class Network:
    """Wires by name; every method may be called from any thread but its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._wires: dict[str, Wire] = {}

    def lay(self, name: str, target: int) -> int:
        """Lay a wire to a port; return the port at which it begins."""
        return self._done(self._laid(name, target))

    def port(self, name: str) -> int:
        """Return the port at which a wire begins."""
        return self._wires[name].port

    def set(self, name: str, mode: Mode) -> None:
        """Change how a wire is; returns when it is so."""
        self._done(self._wires[name].become(mode))

    async def _laid(self, name: str, target: int) -> int:
        self._wires[name] = wire = Wire(target)
        await wire.become(Mode.OK)
        return wire.port

    def _done(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(_PATIENCE)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Carry until the end of the block, then cut everything."""
        thread = Thread(target=self._loop.run_forever, name="network", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done(_end(tuple(self._wires.values())))
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(_PATIENCE)
            self._loop.close()
