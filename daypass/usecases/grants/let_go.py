"""Let go: of claims of which nothing is to be done, and of all like them where they are many."""

from collections.abc import Sequence
from typing import Final

from daypass.ports import Claim, GrantPorts
from daypass.usecases.shared.settle import DONE, settle

MANY: Final = 10
"""Of one batch: somebody wrote rows by thousands, and one by one they keep all others waiting."""


def let_go(nothing: Sequence[Claim], ports: GrantPorts) -> None:
    """Finish what was claimed about leases that are over, elsewhere or not stored."""
    sift_if_many(len(nothing), ports)
    ports.each(lambda claim: settle(claim, DONE, ports), nothing)


def sift_if_many(nothing: int, ports: GrantPorts) -> None:
    """Take away all due rows about nothing, where a batch has so many of them."""
    if nothing >= MANY:
        ports.store.sift(ports.name)
