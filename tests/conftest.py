"""What every test stands on: a clean environment, Hypothesis profiles, no silent skips in CI."""

import os
from collections.abc import Iterator
from typing import Final, NoReturn

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.browser", "tests.side_by_side", "tests.stack", "tests.whole"]

REQUIRE_REAL: Final = "DAYPASS_REQUIRE_REAL"
SOAK: Final = "DAYPASS_SOAK"
"""How many life cycles `make soak` runs."""
RBAC_CASES: Final = "DAYPASS_RBAC_CASES"
"""How many answers `tests/integration/test_rbac.py` compares with a real server's."""
_SWITCHES: Final = frozenset({SOAK, RBAC_CASES})
"""Whoever reads these starts no process that would refuse them."""
_FOREIGN: Final = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "KUBECONFIG", "REDIS_URL"}
)

# Read once: a process that a test starts would refuse a variable that is no setting of its own.
_REAL_IS_REQUIRED: Final = os.environ.get(REQUIRE_REAL) == "1"

# No deadlines: a slow machine is no failure. CI says the same of the same code; laptops and the
# soak go on searching at random.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=300,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def real_is_required() -> bool:
    """True where a missing real part (API server, browser) is a failure: CI sets the variable."""
    return _REAL_IS_REQUIRED


def require_real(reason: str) -> NoReturn:
    """Skips the test with the reason; fails it where real parts are required."""
    if real_is_required():
        pytest.fail(f"{reason} ({REQUIRE_REAL}=1 makes this a failure)", pytrace=False)
    pytest.skip(reason)


def _is_foreign(name: str) -> bool:
    ours = name.startswith("DAYPASS_") and name not in _SWITCHES
    return ours or name.upper() in _FOREIGN


def pytest_configure(config: pytest.Config) -> None:
    """Drops what the shell says about proxies, clusters and Daypass before any fixture reads it.

    Where others run the tests, each of them is told the same, and drops it.
    """
    if config.getoption("dist", "no") != "no" and config.getoption("tx", None):
        return
    for name in filter(_is_foreign, tuple(os.environ)):
        del os.environ[name]
    settings.load_profile("ci" if real_is_required() else "dev")


@pytest.fixture(autouse=True)
def _environment_is_left_as_found() -> Iterator[None]:
    """No test sees the environment that another one made."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
