"""Free TCP ports on loopback for servers that must be told theirs."""

import secrets
import socket
from contextlib import ExitStack

# Below the range from which systems take the local ports of outgoing connections: such a port stays
# ours when a server is restarted.
_FIRST, _LAST = 20_000, 32_000
_TRIES = 200
_given: set[int] = set()
"""What this process has given away: whoever was told one may begin to listen seconds later."""


def free_ports(count: int) -> tuple[int, ...]:
    """Different ports on which nobody listens now, none of them given to anybody here before.

    Another process may take one before it is used.

    Raises:
        OSError: hardly any port is free.
    """
    with ExitStack() as held:
        return tuple(_hold_one(held) for _ in range(count))


def _hold_one(held: ExitStack) -> int:
    for _ in range(_TRIES):
        # Not by `random`: processes side by side may be seeded alike, and would take the same.
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        if port in _given:
            continue
        probe = held.enter_context(socket.socket())
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        _given.add(port)
        return port
    raise OSError("No free port on 127.0.0.1.")
