"""The three implementations of store and clock, one per test."""

import pytest

from tests.builders import NOON
from tests.contract.store_stages import KINDS, State, fake_state, memory_state, valkey_state


@pytest.fixture(params=KINDS)
def state(request: pytest.FixtureRequest) -> State:
    """An empty store and its clock."""
    if request.param == "valkey":
        return valkey_state(request.getfixturevalue("empty_valkey").url)
    return memory_state(NOON) if request.param == "memory" else fake_state()
