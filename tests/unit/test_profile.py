"""However tests are begun, what they stand on is there: no deadlines, no foreign settings."""

import os
import subprocess
import sys
from typing import Final

import pytest
from hypothesis import settings

from tests.docs.project import ROOT

_SEVERAL: Final = ("-n", "1")


def test_no_example_has_a_deadline_and_nothing_comes_from_the_shell() -> None:
    """A slow machine is no failure, and what the shell says of Daypass is not read."""
    assert settings().deadline is None
    assert [name for name in os.environ if name.startswith("DAYPASS_")] == []


@pytest.mark.parametrize("side_by_side", [(), _SEVERAL], ids=["in one process", "in several"])
def test_it_is_so_however_tests_are_begun(side_by_side: tuple[str, ...]) -> None:
    """One process or several: `make coverage` and `make orders` run in one."""
    name = test_no_example_has_a_deadline_and_nothing_comes_from_the_shell.__name__
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"{__file__}::{name}", *side_by_side],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "DAYPASS_INSTALL": "foreign"},
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
