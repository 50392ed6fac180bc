"""Moves of one process that wait while another one of it is being committed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Final

from daypass.ports.store import Change, joined, touched

TOGETHER: Final = 50
"""Moves that share a commit, as many as ends do: more would hold up the first for the last."""


@dataclass(slots=True, kw_only=True, eq=False)
class Waiting:
    """A move that waits for its turn.

    At its `turn` it is `stored` together with others, or it `leads`: whoever brought it commits for
    all that wait. Neither is one that did not go with the others: it goes alone, as it now is.
    """

    change: Change
    turn: Event = field(default_factory=Event)
    leads: bool = False
    stored: Change | None = None


class Moves:
    """The queue of them; safe in several threads. While nothing is committed nobody waits."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[Waiting] = []
        self._busy = False

    def join(self, one: Waiting) -> None:
        """Queue up; return at once if nothing is being committed, else at its turn."""
        self.queue(one)
        one.turn.wait()

    def queue(self, one: Waiting) -> None:
        """Queue up; it is its turn, and it leads, if nothing is being committed."""
        with self._lock:
            self._waiting.append(one)
            one.leads, self._busy = not self._busy, True
        if one.leads:
            one.turn.set()

    def take(self) -> Sequence[Waiting]:
        """Take the first that waits, who leads, and the others that touch nothing that it does.

        Nor what each other touches: of two that move one value only the first can be committed.
        """
        with self._lock:
            taken, left, moved = list[Waiting](), list[Waiting](), set[object]()
            for one in self._waiting:
                mine = touched(one.change)
                fits = len(taken) < TOGETHER and moved.isdisjoint(mine)
                (taken if fits else left).append(one)
                moved |= mine
            self._waiting = left
            return taken

    def pass_on(self, taken: Sequence[Waiting]) -> None:
        """Let the next one lead, and those go on that were taken."""
        with self._lock:
            self._busy = bool(self._waiting)
            following = self._waiting[:1]
        for one in following:
            one.leads = True
        for one in (*following, *taken):
            one.turn.set()


def in_one(taken: Sequence[Waiting]) -> Change:
    """Return the one move that all of them are; each of them has its id from now on.

    So whoever goes alone after all finds it there, if only the answer was lost.
    """
    change = joined([one.change for one in taken])
    for one in taken:
        one.change = one.change.moved_by(change.move)
    return change
