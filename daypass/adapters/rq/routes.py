"""Which queue and which function look after a set of promises. A job is a wake-up, nothing more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from daypass.ports import NOTIFICATIONS, TIMEKEEPER


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A queue and the one function, by its dotted name, that jobs of it may call.

    With `per_keeper` the function is told the set's name.
    """

    queue: str
    function: str
    per_keeper: bool


GRANTS_ROUTE: Final = Route(queue="grants", function="workers.grants.work", per_keeper=True)
"""Called with the name of a cluster."""
NOTIFICATIONS_ROUTE: Final = Route(
    queue="notifications", function="workers.notifications.tell", per_keeper=False
)

Routes = Callable[[str], Route | None]


def route_of(keeper: str) -> Route | None:
    """Return what looks after that set; None for the timekeeper's, which nobody is woken for."""
    if keeper == TIMEKEEPER:
        return None
    return NOTIFICATIONS_ROUTE if keeper == NOTIFICATIONS else GRANTS_ROUTE
