"""Whether a moment that somebody wrote down is recent enough to be believed."""

from datetime import datetime, timedelta
from typing import Final

from daypass.domain.lease import SKEW

AHEAD: Final = SKEW
"""A moment that is later than that is no sign of life: it was made up, or time has jumped back."""


def ahead(at: datetime, now: datetime) -> bool:
    """Whether a moment is still to come, by more than clocks differ."""
    return at - now > AHEAD


def fresh(at: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether a moment lies back no more than `longest`, and is not still to come."""
    return now - at <= longest and not ahead(at, now)
