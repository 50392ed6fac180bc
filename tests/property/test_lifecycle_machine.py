"""A random life of requests, leases, crashes, clusters and stores; the laws hold all the while.

`make soak` runs it with DAYPASS_SOAK sequences instead of the usual number.
"""

import os
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import SOAK
from tests.property.lifecycle.laws import Laws
from tests.property.lifecycle.troubles import CATALOGS

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


def test_laws_hold_where_an_attempt_is_over_as_soon_as_it_begins() -> None:
    """Its holder left while both configurations differed: gone is said once no create may land."""
    life = Laws()
    life.start()
    life.set_back_over_an_end(meanwhile="granted", survive=False)
    life.ask_and_approve(levels=("nodes",), length=timedelta(seconds=30))
    life.leaves(there=False)
    life.reconfigure(who="workers", rules=CATALOGS[1])
    life.granted_anew_meanwhile(left=0)
    life.teardown()
