"""Whether the answers that a request still needs can be had (law 5)."""

from dataclasses import replace

from daypass.domain import reasons as no
from daypass.domain.catalog import Principal, Step
from daypass.domain.circumstances import Roster
from daypass.domain.decision import judge_approval
from daypass.domain.request import RequestState
from tests.builders import (
    SRE,
    a_person,
)
from tests.unit.domain.clicks import (
    BOB,
    DAN,
    LEADS,
    LEE,
    accepted,
    refused,
    rules,
    under,
    yes,
)

DANS = Principal(email="dan@example.com")
ROSTER = Roster(members={SRE: (BOB, DAN), DANS: (DAN,)})


def test_judge_approval_refuses_a_yes_that_a_later_step_needs() -> None:
    """Law 5: nobody counts twice, so whoever alone can take the last step does not take the first.

    Else the request would wait for nobody, and say that it waits.
    """
    steps = Step(by=(SRE,)), Step(by=(DANS,))
    people = replace(rules(*steps), roster=ROSTER)
    early = judge_approval(under(*steps), yes(DAN), people)
    first = accepted(judge_approval(under(*steps), yes(BOB), people))
    assert refused(early) == no.NeededLater(could=("team:sre (bob, dan)",))
    assert accepted(judge_approval(first, yes(DAN), people)).state is RequestState.APPROVED


def test_judge_approval_says_who_is_lacking_when_the_rest_cannot_be_had() -> None:
    """Where people left meanwhile no yes is taken that leads nowhere."""
    steps = Step(by=(SRE,), count=2), Step(by=(LEADS,))
    waiting = under(*steps, answers=(yes(DAN),))
    eve = a_person("eve", "sre")
    left = Roster(members={SRE: (BOB, DAN, eve), LEADS: (DAN,)})  # lee was one when dan answered.
    there = replace(left, members={**left.members, LEADS: (DAN, LEE)})
    lacking = refused(judge_approval(waiting, yes(BOB), replace(rules(*steps), roster=left)))
    assert lacking == no.NoPossibleApprover(
        workflow="production", by=("team:leads (dan)",), needed=1, possible=0
    )
    enough = judge_approval(waiting, yes(BOB), replace(rules(*steps), roster=there))
    assert accepted(enough).progress.number == 1


def test_judge_approval_takes_a_yes_where_anybody_may_say_the_next() -> None:
    """A step that is open to everybody uses up nobody."""
    steps = Step(by=(SRE,)), Step(by=(LEADS,))
    anybody = Roster(members={SRE: (BOB,), LEADS: ()}, everyone=frozenset({LEADS}))
    judged = judge_approval(under(*steps), yes(), replace(rules(*steps), roster=anybody))
    assert accepted(judged).progress.number == 1
