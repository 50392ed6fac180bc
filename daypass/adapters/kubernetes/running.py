"""Runs a command that may do anything but keep us: bounded in time and in what it says.

No shell, no terminal, nothing of our environment; at the time-out it is killed with all that it
started and that stayed in its process group.
"""

import os
import selectors
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from time import monotonic
from typing import IO, Final

from daypass.domain.errors import TemporaryOutsideError

MOST_SAID: Final = 128 << 10
"""Bytes of what it prints: a chain of certificates, a key and a token have 30 KiB."""
MOST_COMPLAINED: Final = 4 << 10
"""Bytes of what it says of its troubles that are kept: how it begins."""
_PIECE: Final = 64 << 10
"""Bytes read at once: as much as a pipe holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of it; a negative `code` is the signal that ended it."""

    code: int
    said: bytes
    complained: bytes


def run(argv: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ran:
    """Run a command to its end.

    Raises TemporaryOutsideError where it cannot be started, does not end in time, or says too much.
    """
    until = monotonic() + seconds
    try:
        process = Popen(  # noqa: S603 - What the configuration names, by its absolute path.
            argv,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=dict(environment),
            cwd="/",
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # The latter for a word with a NUL in it.
        why = error.strerror if isinstance(error, OSError) else error
        raise TemporaryOutsideError(f"it cannot be started ({why})") from error
    with process:
        try:
            said, complained = _read(process, until)
            code = process.wait(max(0.0, until - monotonic()))
        except TimeoutExpired as error:
            raise TemporaryOutsideError(f"it did not end within {seconds:g} s") from error
        finally:
            _end(process)
    return Ran(code=code, said=said, complained=complained)


def _end(process: "Popen[bytes]") -> None:
    """Kill what has not ended, and whatever it started."""
    if process.returncode is None:  # Not reaped: so the number is nobody else's yet.
        with suppress(ProcessLookupError, PermissionError):  # macOS has the latter for zombies.
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(process: "Popen[bytes]", until: float) -> tuple[bytes, bytes]:
    """Return what it says on both, once it has closed them."""
    said, complained = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        _listen(selector, process.stdout, said)
        _listen(selector, process.stderr, complained)
        while selector.get_map():
            left = until - monotonic()
            ready = selector.select(left) if left > 0 else []
            if not ready:
                raise TimeoutExpired(process.args, 0)
            for key, _ in ready:
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.data is said:
                    said += piece
                else:
                    complained += piece[: MOST_COMPLAINED - len(complained)]
            if len(said) > MOST_SAID:
                raise TemporaryOutsideError(f"it printed more than {MOST_SAID >> 10} KiB")
    return bytes(said), bytes(complained)


def _listen(selector: selectors.BaseSelector, file: IO[bytes] | None, into: bytearray) -> None:
    if file is not None:
        selector.register(file, selectors.EVENT_READ, into)
