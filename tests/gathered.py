"""Moves that come to be committed while another one is: a crowd of threads, in a known order."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Semaphore
from typing import Any, Protocol

from daypass.ports import Change, GrantPorts, Moves
from daypass.ports.moves import Waiting
from daypass.usecases.grants.together import commit_together

PATIENCE = 20.0
"""Seconds after which a test has gone wrong."""


class Fails(Protocol):
    """Raises what a commit is to fail with, by its number from 1: before it happens, or after."""

    def __call__(self, number: int, /, *, after: bool) -> None:
        """Raise it, or do nothing."""
        ...


class Counted(Moves):
    """Counts who has queued up."""

    def __init__(self) -> None:
        super().__init__()
        self.came = Semaphore(0)

    def queue(self, one: Waiting) -> None:
        """Queue up, and be counted."""
        super().queue(one)
        self.came.release()


class Slow:
    """A store whose first commit goes on when so many others wait; `commits` are all it was asked.

    The others are numbered from 1 for `fails`.
    """

    def __init__(self, inner: Any, moves: Counted, others: int, fails: Fails) -> None:
        self._inner = inner
        self._moves = moves
        self._others = others
        self._fails = fails
        self.begun = Event()
        self.commits: list[Change] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, change: Change) -> Change:
        """Commit; the first one slowly."""
        self.commits.append(change)
        number = len(self.commits)
        if number == 1:
            self.begun.set()
            for _ in range(self._others + 1):
                assert self._moves.came.acquire(timeout=PATIENCE)
            return change.stored()
        self._fails(number - 1, after=False)
        done: Change = self._inner.commit(change)
        self._fails(number - 1, after=True)
        return done


def _never(_: int, *, after: bool) -> None:
    """Fail at nothing."""


def gathered(
    ports: GrantPorts,
    changes: Sequence[Change],
    fails: Fails = _never,
) -> tuple[Sequence[Future[Change]], Sequence[Change]]:
    """Commit these while another one that changes nothing is under way, each in its own thread.

    Returns what became of each, and what the store was asked to commit, without that first one.
    """
    moves = Counted()
    store = Slow(ports.store, moves, len(changes), fails)
    crowded = replace(ports, store=store, moves=moves)
    with ThreadPoolExecutor(len(changes) + 1) as threads:
        first = threads.submit(commit_together, Change(move=ports.ids.move()), crowded)
        assert store.begun.wait(PATIENCE)
        done = [threads.submit(commit_together, change, crowded) for change in changes]
    first.result()
    return done, store.commits[1:]
