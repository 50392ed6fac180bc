"""Watched: whether each change on a cluster is seen by somebody, as far as the store is believed.

Looks then leave the list of everything alone, and ends the list of what bears their labels.
"""

from datetime import timedelta
from typing import Final

from daypass.domain.vouching import Vouch
from daypass.ports import GrantPorts, watch_of

WATCHED: Final = timedelta(seconds=10)
"""So old the last word of whoever watches may be: three times what a duty is held."""


def vouch(ports: GrantPorts) -> None:
    """Say that each change on the cluster is seen."""
    said = Vouch(at=ports.clock.now()).sealed(ports.catalog.install, ports.name, ports.key)
    ports.heartbeats.vouch(watch_of(ports.name), said)


def is_watched(ports: GrantPorts) -> bool:
    """Whether somebody sees each change, and this process saw the whole not long ago.

    Only a grants worker can say so: else whoever may write to the store could keep all from
    looking.
    """
    by, said = ports.witness.compare_by, ports.heartbeats.vouched(watch_of(ports.name))
    if said is None or by is None or ports.clock.ticks() >= by:
        return False
    lately = timedelta(0) <= ports.clock.now() - said.at < WATCHED
    return lately and said.is_sealed(ports.catalog.install, ports.name, ports.key)
