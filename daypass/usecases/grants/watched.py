"""Watched: whether each change on a cluster is seen by somebody, as far as the store is believed.

Looks then leave the list of everything alone, and ends the list of what bears their labels.
"""

from datetime import timedelta
from typing import Final

from daypass.ports import GrantPorts, watch_of

WATCHED: Final = timedelta(seconds=10)
"""So old the last word of whoever watches may be: three times what a duty is held."""


def is_watched(ports: GrantPorts) -> bool:
    """Whether somebody sees each change, and this process saw the whole not long ago.

    That somebody watches is what the store says: somebody who may write there can pretend it, and
    gains by that what lies between two comparisons of this process.
    """
    by, heard = ports.witness.compare_by, ports.heartbeats.heard(watch_of(ports.name))
    lately = heard is not None and timedelta(0) <= ports.clock.now() - heard < WATCHED
    return lately and by is not None and ports.clock.ticks() < by
