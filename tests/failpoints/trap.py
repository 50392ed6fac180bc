"""Ports that kill their own process at one named call, once; who sets the trap says which.

The trap is a file, so that it is set while the process runs and does not outlive its spring: the
process that is started anew finds none.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.failpoints.points import FAILPOINTS, Boundary, Failpoint

_LOOK: Final = 0.01
_PATIENCE: Final = 20.0
"""Seconds that a process waits at a gate before it goes on by itself."""


@dataclass(frozen=True, slots=True)
class Trap:
    """A folder in which at most one trap is set; it springs for calls that mention `subject`."""

    folder: Path

    @property
    def _set(self) -> Path:
        return self.folder / "set.json"

    @property
    def _sprung(self) -> Path:
        return self.folder / "sprung.json"

    def set(self, name: str, subject: str, *, gate: bool = False) -> None:
        """Kill whoever comes to that failpoint with `subject`; or hold it there, at a gate.

        Whoever stands at a gate goes on once the new trap is set: it may come to it at once.
        """
        self.folder.mkdir(exist_ok=True)
        held = self._holds()
        if not held:
            self._sprung.unlink(missing_ok=True)
        new = self._set.with_suffix(".new")
        new.write_text(json.dumps({"name": name, "subject": subject, "gate": gate}))
        new.replace(self._set)
        if held:
            self.open_gate()

    def _holds(self) -> bool:
        """Whether somebody stands at a gate."""
        try:
            return bool(json.loads(self._sprung.read_text())["gate"])
        except FileNotFoundError:
            return False

    def clear(self) -> None:
        """Let everybody go on."""
        self._set.unlink(missing_ok=True)
        self._sprung.unlink(missing_ok=True)

    def has_sprung(self) -> bool:
        """Whether somebody died there, or stands at the gate."""
        return self._sprung.exists()

    def open_gate(self) -> None:
        """Let whoever stands at the gate go on."""
        self._sprung.unlink(missing_ok=True)

    def step(self, call: "Call", *, after: bool) -> None:
        """Die, or wait at the gate, if this is the call that the trap is set for."""
        wanted = self._wanted()
        if wanted is None:
            return
        point: Failpoint = FAILPOINTS[wanted["name"]]
        if point.after is not after or not call.is_at(point.boundary, wanted["subject"]):
            return
        try:
            self._set.rename(self._sprung)
        except FileNotFoundError:
            return  # It has sprung for another thread.
        if not wanted["gate"]:
            os.kill(os.getpid(), signal.SIGKILL)
        until = time.monotonic() + _PATIENCE
        while self._sprung.exists() and time.monotonic() < until:
            time.sleep(_LOOK)

    def _wanted(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._set.read_text())
        except FileNotFoundError:
            return None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a port: what was asked and, when it is over, what was answered."""

    port: str
    method: str
    said: tuple[Any, ...]

    def is_at(self, boundary: Boundary, subject: str) -> bool:
        """Whether it crosses that boundary on behalf of `subject`."""
        if (self.port, self.method) != (boundary.port, boundary.method):
            return False
        return set(boundary.within) <= set(_callers()) and subject in repr(self.said)


def _callers() -> Iterator[str]:
    frame = sys._getframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", "")).rpartition(".")[2]
        yield f"{module}.{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment] # None ends the loop.


class Trapped:
    """A port of which every call passes the trap, before and after."""

    def __init__(self, inner: object, port: str, trap: Trap) -> None:
        self._inner = inner
        self._port = port
        self._trap = trap

    def __getattr__(self, name: str) -> Any:
        ask = getattr(self._inner, name)
        if not callable(ask):
            return ask

        def asked(*args: Any, **named: Any) -> Any:
            self._trap.step(Call(port=self._port, method=name, said=(args, named)), after=False)
            answer = ask(*args, **named)
            said = (args, named, answer)
            self._trap.step(Call(port=self._port, method=name, said=said), after=True)
            return answer

        return asked
