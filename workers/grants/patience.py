"""How long to leave a server alone between two watches."""

import random
from typing import Final

FIRST: Final = 0.5
"""Seconds after a watch that lasted."""
LONGEST: Final = 5.0
"""Seconds, where watches break again and again: each may be begun with a list of all there is."""
LASTED: Final = 30.0
"""Seconds after which a watch has lasted; a server's own takes minutes."""
_SPREAD: Final = 0.6
"""By how much of itself a pause is shorter or longer: not all begin at the same time."""


class Patience:
    """Grows with each watch that does not last, up to LONGEST; of one thread."""

    def __init__(self) -> None:
        self._pause = FIRST

    def pause(self, lasted: float) -> float:
        """Return for how many seconds to wait after a watch that lasted so many."""
        if lasted >= LASTED:
            self._pause = FIRST
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST)
        return pause * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - No secret.
