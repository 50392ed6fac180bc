"""A team of 5,000 people who may say yes: Slack takes about 100 questions on accounts a minute."""

from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.memory.people import MemoryPeople
from daypass.domain.catalog import Principal, Team
from daypass.domain.circumstances import NAMED
from daypass.domain.ids import PersonId
from daypass.domain.people import Profile
from daypass.domain.request import RequestState
from daypass.usecases.requests.browse import Browse, catalog
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.shared.identify import LOOKED_UP, roster
from tests.builders import SRE, World, a_catalog, a_profile, a_world
from tests.unit.usecases.scenes import ALICE, BOB, ask

CROWD = tuple(a_profile(f"p{number:04}") for number in range(5_000))
KNOWN = tuple(a_profile(name) for name in ("alice", "bob", "carol", "dan"))


class Counted(MemoryPeople):
    """People who count how often they are asked about an account."""

    asked = 0

    def profile(self, person: PersonId) -> Profile | None:
        """Count and answer."""
        self.asked += 1
        return super().profile(person)

    def by_email(self, email: str) -> Profile | None:
        """Count and answer."""
        self.asked += 1
        return super().by_email(email)


def large(**team: Any) -> tuple[World, Counted]:
    """Return a world where everybody of a crowd, and bob, may say yes."""
    group = [BOB, *(one.id for one in CROWD)]
    people = Counted(*KNOWN, *CROWD, usergroups={"S0SRE": group})
    teams = {**a_catalog().teams, "sre": Team(name="sre", **team or {"usergroup": "S0SRE"})}
    return replace(a_world(a_catalog(teams=teams)), people=people), people


EMAILS = frozenset({"bob@example.com", *(one.email for one in CROWD)})


@pytest.mark.parametrize("team", [{}, {"emails": EMAILS}], ids=["group", "emails"])
def test_ask_and_click_look_up_a_few_of_those_who_could_say_yes(team: dict[str, Any]) -> None:
    """The click counts all the same: whoever clicks is looked up by themselves."""
    world, people = large(**team)
    request = ask(world).request
    assert people.asked < 2 * LOOKED_UP
    people.asked = 0
    decide(Decide(actor=BOB, target=request.id, yes=True), world.ask)
    assert people.asked < 2 * LOOKED_UP
    decided = world.store.request(request.id)
    assert decided is not None
    assert decided.state is RequestState.APPROVED


def test_lists_look_up_no_more_than_they_name() -> None:
    """What may be asked for, and who would be asked."""
    world, people = large()
    offers = catalog(Browse(actor=ALICE), world.ask)
    assert people.asked <= NAMED + 1
    named = {one for offer in offers for one in offer.approvers if "more" in one}
    assert any(one.endswith(" and 4,991 more)") for one in named)


@pytest.mark.parametrize(("size", "others"), [(LOOKED_UP, 0), (LOOKED_UP + 1, 1)])
def test_team_that_can_be_looked_up_is_looked_up_whole(size: int, others: int) -> None:
    """Whether its people are enough is counted exactly."""
    world, _ = large(usergroup="S0FEW")
    people = MemoryPeople(*CROWD, usergroups={"S0FEW": [one.id for one in CROWD[:size]]})
    found = roster((SRE, Principal(email="p0001@example.com")), replace(world, people=people).ask)
    assert len(found.of((SRE,))) == LOOKED_UP
    assert found.others == ({SRE: others} if others else {})
    assert found.is_open((SRE,)) == bool(others)
