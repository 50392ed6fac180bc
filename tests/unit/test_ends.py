"""The ends that a process remembers of what it saw on a cluster."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daypass.ports.ends import Ends
from tests.builders import NOON

UIDS = ("a", "b", "c")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("note", "listing", "seen", "listed")),
        st.sampled_from(UIDS),
        st.none() | st.integers(0, 5).map(lambda n: NOON + timedelta(seconds=n)),
    )
)


class Plain:
    """The same, said at length: what is known, what a list showed, and what is newer than it."""

    def __init__(self) -> None:
        self.known: dict[str, datetime | None] = {}
        self.shown: dict[str, datetime | None] | None = None
        self.newer: dict[str, datetime | None] = {}

    def step(self, verb: str, uid: str, end: datetime | None) -> None:
        """Do what `Ends` does."""
        if verb == "note":
            self.known[uid] = self.newer[uid] = end
        elif verb == "listing":
            self.shown, self.newer = {}, {}
        elif self.shown is not None and verb == "seen":
            self.shown[uid] = end
        elif self.shown is not None:
            self.known, self.shown, self.newer = {**self.shown, **self.newer}, None, {}

    def any_before(self, at: datetime) -> bool:
        """Whether one is."""
        return any(end is not None and end < at for end in self.known.values())


@given(STEPS)
def test_ends_are_what_was_seen_last(steps: Iterable[tuple[str, str, datetime | None]]) -> None:
    """What is noted while a list is read is newer than what the list shows of it."""
    ends, plain = Ends(), Plain()
    for verb, uid, end in steps:
        if verb == "listed" and plain.shown is None:
            continue
        plain.step(verb, uid, end)
        if verb in ("note", "seen"):
            getattr(ends, verb)(uid, end)
        else:
            getattr(ends, verb)()
        for second in range(7):
            at = NOON + timedelta(seconds=second)
            assert ends.any_before(at) == plain.any_before(at)


def test_ends_of_what_was_not_listed_are_forgotten() -> None:
    """So what somebody took away unseen is not looked for for ever."""
    ends = Ends()
    ends.note("a", NOON)
    ends.listing()
    ends.seen("b", NOON + timedelta(hours=1))
    ends.listed()
    assert len(ends) == 1
    assert not ends.any_before(NOON + timedelta(minutes=1))
