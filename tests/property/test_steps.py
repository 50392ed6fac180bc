"""Steps and the people who could answer them: no accepted yes leads into a dead end (law 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.circumstances import Circumstances, Roster
from daypass.domain.decision import judge_approval
from daypass.domain.people import Person
from daypass.domain.policy import NeedsApproval, judge
from daypass.domain.request import Approval, Request, RequestState
from tests.builders import NOON, a_catalog, a_person, a_request, a_snapshot, a_workflow, an_ask

TEAMS = tuple(Principal(team=name) for name in ("red", "green", "blue"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Steps, and everybody who may be in their teams; some are one person with two accounts."""

    steps: tuple[Step, ...]
    people: tuple[Person, ...]

    @property
    def given(self) -> Circumstances:
        """How things stand, with everybody looked up."""
        catalog: Catalog = a_catalog(workflows=(a_workflow(steps=self.steps),))
        members = {team: tuple(one for one in self.people if team.covers(one)) for team in TEAMS}
        return Circumstances(
            catalog=catalog,
            now=NOON,
            seen={"prod": a_snapshot()},
            timekeeper_at=NOON,
            roster=Roster(members=members),
        )


STEPS = st.lists(
    st.builds(
        Step,
        by=st.lists(st.sampled_from(TEAMS), min_size=1, max_size=2, unique=True).map(tuple),
        count=st.integers(1, 2),
    ),
    min_size=1,
    max_size=3,
    unique=True,
).map(tuple)
MEMBERSHIPS = st.lists(
    st.tuples(st.sets(st.sampled_from(["red", "green", "blue"])), st.integers(0, 5)),
    max_size=4,
)
MANY = st.lists(
    st.tuples(
        st.sets(st.sampled_from(["red", "green", "blue"]), min_size=1, max_size=2),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=6,
)
"""Mostly enough people for the steps, and seldom more."""


def people(memberships: Sequence[tuple[set[str], int]]) -> tuple[Person, ...]:
    """Return accounts; those with the same number are one person's."""
    return tuple(
        a_person(f"p{at}", *sorted(teams), email=f"m{number}@example.com")
        for at, (teams, number) in enumerate(memberships)
    )


def waiting(office: Office) -> Request:
    """Return what is asked for, where it may be asked for."""
    verdict = judge(an_ask(), office.given)
    assume(isinstance(verdict, NeedsApproval))
    assert isinstance(verdict, NeedsApproval)
    return a_request(plan=verdict.plan)


def accepted(request: Request, by: Person, office: Office) -> Request | None:
    """Return the request with that person's yes, None where it is refused."""
    judged = judge_approval(request, Approval(by=by, at=NOON, yes=True), office.given)
    return judged if isinstance(judged, Request) else None


@settings(max_examples=100)
@given(office=st.builds(Office, steps=STEPS, people=MANY.map(people)), choices=st.randoms())
def test_what_may_be_asked_for_can_be_approved_whoever_answers_first(
    office: Office, choices: object
) -> None:
    """Law 5: whichever yeses are taken, in whichever order, somebody can say the next one."""
    request = waiting(office)
    pick = choices.choice  # type: ignore[attr-defined] # Hypothesis hands out a Random.
    while request.state is RequestState.PENDING:
        taken = [accepted(request, one, office) for one in office.people]
        possible = [one for one in taken if one is not None]
        assert possible, f"waits for {request.progress.step}, and nobody is left"
        request = pick(possible)
    assert request.state is RequestState.APPROVED


@settings(max_examples=100)
@given(office=st.builds(Office, steps=STEPS, people=MEMBERSHIPS.map(people)))
def test_what_is_refused_for_want_of_people_has_no_way_to_a_last_yes(office: Office) -> None:
    """Nothing that people could approve is refused: every order of answers was tried."""
    if isinstance(judge(an_ask(), office.given), NeedsApproval):
        return
    catalog = office.given.catalog
    plain = Circumstances(
        catalog=catalog, now=NOON, seen={"prod": a_snapshot()}, timekeeper_at=NOON
    )
    verdict = judge(an_ask(), plain)
    assert isinstance(verdict, NeedsApproval)
    left = [a_request(plan=verdict.plan)]
    while left:
        request = left.pop()
        for one in office.people:
            judged = judge_approval(request, Approval(by=one, at=NOON, yes=True), plain)
            if isinstance(judged, Request):
                assert judged.state is RequestState.PENDING
                left.append(judged)
