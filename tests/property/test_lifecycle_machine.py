"""A random life of requests, leases, crashes, clusters and stores; the laws hold all the while.

`make soak` runs it with DAYPASS_SOAK sequences instead of the usual number.
"""

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import SOAK
from tests.property.lifecycle.laws import Laws

SEQUENCES: Final = int(os.environ.get(SOAK, "1500"))
STEPS: Final = 30
PARTS: Final = max(15, SEQUENCES // 2000)
"""Each with sequences of its own, so that several processors share them; a part remembers what it
has tried, and 2,000 sequences are some 200 MB."""


@pytest.mark.parametrize("part", range(PARTS))
def test_laws_hold_all_the_while(part: int) -> None:  # noqa: ARG001 - each part differs by chance.
    """Whatever people do and whatever breaks, in any order, every law holds after every step."""
    usual = settings(
        max_examples=SEQUENCES // PARTS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=False,  # Or every part would have the same.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    run_state_machine_as_test(Laws, settings=usual)
