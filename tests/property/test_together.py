"""Whatever fails, and wherever: of moves that share a commit each is whole, once, and told so."""

from dataclasses import dataclass, replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.audit import Action
from daypass.domain.errors import ConflictError, OutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.ports import Change
from daypass.usecases.shared.events import lease_event
from tests.builders import NOON, World, a_lease, a_world
from tests.gathered import gathered
from tests.property.crashing import Crash

NONE: Final = "none"
USERS: Final = st.sampled_from((NONE, "alice", "bob"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong with a commit: after it happened, or before, with an answer or by death."""

    after: bool
    dies: bool


TROUBLES: Final = st.dictionaries(
    st.integers(min_value=1, max_value=6),
    st.builds(Trouble, after=st.booleans(), dies=st.booleans()),
    max_size=3,
)


@st.composite
def wishes(draw: st.DrawFn) -> list[tuple[int, str, bool]]:
    """Some leases to begin: which, in whose tally, and whether somebody else was first."""
    numbers = draw(st.lists(st.integers(1, 6), min_size=2, max_size=6))
    return [(number, draw(USERS), draw(st.booleans())) for number in numbers]


def a_move(world: World, number: int, user: str) -> Change:
    """Return a move that begins a lease, with its event."""
    lease = a_lease(id=lease_id(RequestId(f"{number:012}"), 1))
    move = world.ids.move()
    event = lease_event(lease, Action.LEASE_ATTEMPTED, {"by": move}, actor="test", at=NOON)
    tallies = () if user == NONE else (world.store.tally("prod", user),)
    return Change(move=move, leases=(lease,), tallies=tallies, events=(event,))


@given(wished=wishes(), troubles=TROUBLES)
def test_each_move_is_whole_and_once_or_not_at_all(
    wished: list[tuple[int, str, bool]], troubles: dict[int, Trouble]
) -> None:
    """Who is told that it is stored finds it there; of who is overtaken there is nothing."""
    world = a_world()
    changes = [a_move(world, number, user) for number, user, _ in wished]
    for number, user, first in wished:
        if first and world.store.lease(LeaseId(f"{number:012}-1")) is None:
            world.store.commit(replace(a_move(world, number, user), events=()))

    def fails(number: int, *, after: bool) -> None:
        trouble = troubles.get(number)
        if trouble is not None and trouble.after is after:
            raise Crash if trouble.dies else TemporaryOutsideError("no answer", unknown=True)

    done, _ = gathered(world.grants(), changes, fails)
    recorded = [event.facts["by"] for event in world.store.events if "by" in event.facts]
    assert len(recorded) == len(set(recorded))
    for change, future in zip(changes, done, strict=True):
        error, happened = future.exception(), change.move in recorded
        stored = world.store.lease(change.leases[0].id)
        if error is None:
            (mine,) = future.result().leases
            assert happened
            assert stored == mine
            assert all(
                tally.version > one.version
                for one in change.tallies
                for tally in [world.store.tally("prod", one.username)]
            )
        elif isinstance(error, ConflictError):
            assert not happened
        else:
            assert isinstance(error, OutsideError | Crash)
            assert troubles
