"""Which queue and which function look after a set of promises. A job is a wake-up, nothing more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from daypass.ports import NOTIFICATIONS, TIMEKEEPER


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A queue and the one function, by its dotted name, that jobs of it may call.

    With `per_set` the function is told the set's name.
    """

    queue: str
    function: str
    per_set: bool


GRANTS_LINE: Final = Line(queue="grants", function="workers.grants.work", per_set=True)
"""Called with the name of a cluster."""
NOTIFICATIONS_LINE: Final = Line(
    queue="notifications", function="workers.notifications.tell", per_set=False
)

Lines = Callable[[str], Line | None]


def line_of(keeper: str) -> Line | None:
    """Return what looks after that set; None for the timekeeper's, which nobody is woken for."""
    if keeper == TIMEKEEPER:
        return None
    return NOTIFICATIONS_LINE if keeper == NOTIFICATIONS else GRANTS_LINE
