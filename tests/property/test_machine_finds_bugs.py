"""The machine is worth something: each mistake that was made on purpose is found by it."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.property.lifecycle.bugs import SEEDED, Blind
from tests.property.lifecycle.laws import Laws
from tests.property.test_lifecycle_machine import STEPS

MOST = 1_500
"""Sequences within which a mistake has to be found; mostly some dozens are enough."""
CONTROL = 200


def run(machine: type[Laws], sequences: int) -> None:
    """Run a machine; what it finds is raised as it was found."""
    looking = settings(
        max_examples=sequences,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=looking)


@pytest.mark.parametrize("mistake", SEEDED)
def test_finds(mistake: str) -> None:
    """Without the defence that the mistake takes away, the law that it protects is broken."""
    with pytest.raises(AssertionError, match=SEEDED[mistake].law):
        run(SEEDED[mistake].machine, MOST)


def test_finds_nothing_where_only_the_other_defences_are_missing() -> None:
    """The re-check alone makes up for a reconcile that removes nothing and a missing guard."""
    run(Blind, CONTROL)
