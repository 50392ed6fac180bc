"""What was ended and Redis then lost was never proven gone, and the terminal says so."""

from collections.abc import Sequence
from typing import Any

from daypass.cli.incident import revoked
from daypass.cli.parser import parser
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from tests.builders import a_world
from tests.unit.usecases.scenes import FIRST, grant, with_store


class Losing:
    """A store that is emptied, or in which somebody deletes leases, once they were ended."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def leases(self, _: Sequence[LeaseId]) -> Sequence[Lease]:
        """Return nothing."""
        return ()


def test_is_not_proven_gone_and_no_success() -> None:
    """An exit status of 0 would say that nobody has anything any more."""
    world = a_world()
    grant(world)
    given = parser().parse_args(["revoke", "--all", "--wait", "1s"])
    report = revoked(given, with_store(world.ask, Losing(world.store)), lambda _: True)
    assert not report.good
    assert report.text.splitlines()[0] == "1 lease ended; 0 proven gone."
    assert f"{FIRST}: Redis does not have them any more, so not proven gone" in report.text
