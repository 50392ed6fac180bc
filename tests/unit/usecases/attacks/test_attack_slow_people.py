"""A yes is said when it is stored, however long Slack took to look people up before (law 5)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from daypass.domain.catalog import Step
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, HOUR, ask, lease_of, work

TWO_STEPS = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,)), Step(by=(SRE,)))),))
SECOND = timedelta(seconds=1)


class SlowSlack:
    """Looks alice up in a second, in which the grants worker does what is due.

    It writes that the end was spoken of until then: a yes from before would count as answered.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.people, name)

    def profile(self, person: str) -> Any:
        """Take a second for alice."""
        if person == ALICE:
            self._world.clock.advance(SECOND)
            work(self._world)
            self._world.clock.advance(SECOND / 1_000)
        return self._world.people.profile(person)  # type: ignore[arg-type]


def test_a_second_yes_counts_however_long_slack_takes() -> None:
    """bob, of the first step, gives less; dan's yes follows, and 13:10 is what both allow."""
    world = a_world(TWO_STEPS)
    first = ask(world).request
    for who in (BOB, DAN):
        decide(Decide(actor=who, target=first.id, yes=True), world.ask)
    work(world)
    world.clock.advance(SECOND)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=HOUR / 6), world.ask)
    world.clock.advance(SECOND)
    slow: Any = SlowSlack(world)
    decide(Decide(actor=DAN, target=asked.id, yes=True), replace(world.ask, people=slow))
    world.clock.advance(SECOND)
    work(world)
    extension = lease_of(world).extensions[-1]
    assert extension.refused == ""
