"""How signals reach the sandbox: the three that end it do so alike, and none disturbs its end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_Action = Callable[[int, FrameType | None], None] | signal.Handlers


@contextmanager
def ending_signals_interrupt() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP end the main thread as Ctrl-C does, so that all is stopped."""
    with _set(_interrupt):
        yield


@contextmanager
def ending_signals_ignored() -> Iterator[None]:
    """Inside, nothing but SIGKILL ends this process; for work that is bounded and must be done."""
    with _set(signal.SIG_IGN):
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _set(action: _Action) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets only the main thread set signals, and delivers them to it.
        return
    before = [(number, signal.signal(number, action)) for number in _ENDING]
    try:
        yield
    finally:
        for number, old in before:
            signal.signal(number, old)
