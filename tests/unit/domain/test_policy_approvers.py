"""The rule book: a request that nobody could approve is refused (law 5)."""

from dataclasses import replace
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.circumstances import Circumstances, Roster
from daypass.domain.people import Person
from daypass.domain.policy import NeedsApproval, Refused, Verdict, judge
from daypass.domain.reasons import Reason
from tests.builders import ENGINEERS, NOON, SRE, a_catalog, a_person, a_snapshot, a_workflow, an_ask

ALICE, BOB, DAN = a_person(), a_person("bob", "sre"), a_person("dan", "sre")
LEADS = Principal(team="leads")


def given(catalog: Catalog | None = None, **fields: Any) -> Circumstances:
    default = Circumstances(
        catalog=catalog or a_catalog(),
        now=NOON,
        seen={name: a_snapshot(name) for name in ("prod", "dev")},
        timekeeper_at=NOON,
    )
    return replace(default, **fields)


def with_workflow(**fields: Any) -> Catalog:
    return a_catalog(workflows=(a_workflow(**fields),))


def refused(verdict: Verdict) -> tuple[Reason, ...]:
    assert isinstance(verdict, Refused)
    return verdict.reasons


def roster(*people: Person, everyone: bool = False) -> Roster:
    return Roster(members={SRE: people}, everyone=frozenset({SRE} if everyone else ()))


TWIN = a_person("bob2", "sre", email="bob@example.com")
ALTER_EGO = a_person("alice2", "sre", email="alice@example.com")
SPELLED = a_person("bob3", "sre", email="Bob@Example.COM")
TWO = with_workflow(steps=(Step(by=(SRE,), count=2),))
IN_TURN = with_workflow(steps=(Step(by=(SRE,)), Step(by=(SRE,))))
SELF = with_workflow(self_approval=True)


@pytest.mark.parametrize(
    ("catalog", "people", "possible"),
    [
        (a_catalog(), roster(), 0),
        (a_catalog(), roster(ALICE), 0),
        (a_catalog(), roster(ALTER_EGO), 0),
        (a_catalog(), roster(BOB), None),
        (a_catalog(), roster(everyone=True), None),
        (SELF, roster(ALICE), None),
        (TWO, roster(ALICE, BOB), 1),
        (TWO, roster(BOB, TWIN), 1),
        (TWO, roster(BOB, SPELLED), 1),
        (TWO, roster(BOB, DAN), None),
        (IN_TURN, roster(BOB), 1),
        (IN_TURN, roster(BOB, DAN), None),
    ],
    ids=["nobody", "only oneself", "only one's other account", "one", "everybody",
         "oneself where allowed", "one of two", "one person with two accounts",
         "one person in two spellings", "two of two",
         "one for two steps", "two for two steps"],
)  # fmt: skip
def test_judge_refuses_when_nobody_could_say_yes(
    catalog: Catalog, people: Roster, possible: int | None
) -> None:
    """Law 5: a request that can never be approved is refused, for nobody counts for two."""
    verdict = judge(an_ask(), given(catalog, roster=people))
    if possible is None:
        assert isinstance(verdict, NeedsApproval)
        return
    (reason,) = refused(verdict)
    assert isinstance(reason, no.NoPossibleApprover)
    assert reason.possible == possible


def test_roster_describes_teams_with_their_people() -> None:
    """People read who is asked."""
    found = Roster(members={SRE: (BOB, DAN), ENGINEERS: ()})
    assert found.describe((SRE, ENGINEERS)) == ("team:sre (bob, dan)", "team:engineers")
    assert found.of((SRE, SRE, LEADS)) == (BOB, DAN)


def test_roster_counts_whom_it_does_not_name() -> None:
    """Ten are named; those who were not looked up are among the others."""
    many = tuple(a_person(f"p{number:02}", "sre") for number in range(12))
    named = ", ".join(one.name for one in many[:10])
    assert Roster(members={SRE: many}).describe((SRE,)) == (f"team:sre ({named} and 2 more)",)
    found = Roster(members={SRE: (BOB,)}, others={SRE: 4_970})
    assert found.describe((SRE,)) == ("team:sre (bob and 4,970 more)",)


def test_team_that_is_too_large_to_look_up_has_somebody_who_could_say_yes() -> None:
    """Nobody asks Slack about 5,000 people to know that one of them is there."""
    found = Roster(members={SRE: (ALICE,)}, others={SRE: 4_970})
    assert isinstance(judge(an_ask(), given(TWO, roster=found)), NeedsApproval)
