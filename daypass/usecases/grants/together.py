"""Together: moves of grants that come at the same time share a commit, as those of ends do (law 7).

A commit is a write that is synced to disk, and what it has to wake and to write around it costs
more than the values in it. Nobody waits for company: while one commit is under way others queue
up, and whoever is first of them commits for all.
"""

from collections.abc import Sequence
from contextlib import suppress

from daypass.domain.errors import ConflictError, OutsideError
from daypass.ports import Change, GrantPorts
from daypass.ports.moves import Waiting, in_one


def commit_together(change: Change, ports: GrantPorts) -> Change:
    """Commit a move, perhaps with others as one; return it as it is stored, under that one's id.

    Raises what `Store.commit` raises, and because of nothing but this move: what does not go with
    the others goes alone.
    """
    mine = Waiting(change=change)
    ports.moves.join(mine)
    if mine.leads:
        taken = ports.moves.take()
        try:
            _commit_all(taken, ports)
        finally:
            ports.moves.pass_on(taken)
    return mine.stored or ports.store.commit(mine.change)


def _commit_all(taken: Sequence[Waiting], ports: GrantPorts) -> None:
    """Commit them as one; where there is one only, it is told what became of it."""
    if len(taken) == 1:
        taken[0].stored = ports.store.commit(taken[0].change)
        return
    with suppress(ConflictError, OutsideError):
        ports.store.commit(in_one(taken))
        for one in taken:
            one.stored = one.change.stored()
