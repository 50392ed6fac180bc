"""No yes is taken that leaves a request without a way to the last one (law 5)."""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Catalog, Step
from daypass.domain.errors import RefusedError
from daypass.usecases.requests.decide import Decide, decide
from tests.builders import SRE, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, ask

TWO_OF_ONE_STEP = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,), count=2),)),))
TWO_STEPS = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,)), Step(by=(SRE,)))),))


@pytest.mark.parametrize("catalog", [TWO_STEPS, TWO_OF_ONE_STEP])
def test_no_yes_is_taken_where_the_second_of_two_left_meanwhile(catalog: Catalog) -> None:
    """With two steps or with one that wants two: bob hears it, and alice waits for nobody."""
    world = a_world(catalog)
    asked = ask(world).request
    dan = world.people.profile(DAN)
    assert dan is not None
    world.people.put(replace(dan, deactivated=True))
    with pytest.raises(RefusedError):
        decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    stored = world.store.request(asked.id)
    assert stored is not None
    assert stored.approvals == ()
    assert stored.requester.id == ALICE
