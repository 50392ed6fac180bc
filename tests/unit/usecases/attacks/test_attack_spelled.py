"""Who names themselves is themselves, in whatever letters (law 5: emails are compared so)."""

import pytest

from daypass.domain.errors import RefusedError
from daypass.usecases.requests.can_i import CanI, can_i
from tests.builders import a_world
from tests.drawing import VIEW, draw
from tests.unit.usecases.scenes import ALICE


@pytest.mark.parametrize("named", ["alice@example.com", "Alice@Example.COM", "U0ALICE"])
def test_oneself_may_be_named_in_whatever_letters(named: str) -> None:
    """No administrator is needed for it."""
    world = a_world()
    draw(world, VIEW)
    try:
        found = can_i(CanI(actor=ALICE, verb="get", what="pods", person=named), world.ask)
    except RefusedError as refused:
        pytest.fail(str(refused.reasons[0]))
    assert found.person.id == ALICE
