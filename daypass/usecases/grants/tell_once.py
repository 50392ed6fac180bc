"""Tell once: what others may change at each try is in the trail once in a while, not at each try.

Whoever may write in a namespace renames a finalizer or makes an object anew as often as they like.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from daypass.ports import GrantPorts

QUIET: Final = timedelta(minutes=10)
"""144 events a day about one lease: people hear soon enough, and Redis is not filled."""


def tell_once(key: str, tell: Callable[[], object], ports: GrantPorts) -> None:
    """Tell, unless this process told the same within QUIET; what failed was not told."""
    now, quiet = ports.clock.ticks(), QUIET.total_seconds()
    told = {one: at for one, at in ports.witness.told.items() if now - at < quiet}
    if key not in told:
        tell()
        told[key] = now
    ports.witness.told = told
