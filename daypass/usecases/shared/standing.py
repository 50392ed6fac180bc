"""What the store says of itself: where grants are stopped, and in which epoch it is.

What cannot be read of that says nothing, and stops grants (law 10).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from daypass.domain.discovery import FRESH
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.freshness import fresh
from daypass.domain.ids import OVER_ANYTHING, PersonId
from daypass.ports import Ledger
from daypass.usecases.shared.readable import with_version

EVERYWHERE: Final = "every cluster"
"""What an event that concerns all of them happened to."""


def last_word(ports: Ledger) -> tuple[Freeze | None, int]:
    """Return what the store says of grants, and the version that another word is written over.

    What cannot be read says nothing, and keeps nobody from stopping grants.
    """
    return with_version(ports.store.freeze)


def known_by_email(freeze: Freeze | None, ports: Ledger) -> Freeze | None:
    """Return a freeze with the email of whoever froze beside their account, where one is pinned."""
    if freeze is None or not freeze.on:
        return freeze
    pin, _ = with_version(lambda: ports.store.pin(PersonId(freeze.by)))
    return replace(freeze, by=f"{pin.email} ({pin.id})") if pin is not None else freeze


def frozen_where(word: tuple[Freeze | None, int]) -> Callable[[str], bool]:
    """Return what tells of a cluster whether grants are stopped there by the last word.

    What cannot be read stops them everywhere.
    """
    stored, version = word
    if version == OVER_ANYTHING:
        return lambda _: True
    return stored.holds if stored is not None else lambda _: False


def stored_epoch(ports: Ledger) -> tuple[Epoch | None, int]:
    """Return the epoch of the store, and the version that the next one is written over.

    One that cannot be read is none: the clusters are believed, as if the store were empty.
    """
    return with_version(ports.store.epoch)


def silent(clusters: Iterable[str], ports: Ledger) -> tuple[str, ...]:
    """Name those that nobody looked at of late: what ends there does so when they answer."""
    seen, now = ports.store.seen(), ports.clock.now()
    heard = {name for name, one in seen.items() if fresh(one.taken_at, now, FRESH)}
    return tuple(sorted(set(clusters) - heard))


def unlooked(clusters: Iterable[str], ports: Ledger) -> tuple[str, ...]:
    """Name those in restore mode: what is there is not all known before it was looked at."""
    epoch, _ = stored_epoch(ports)
    return tuple(name for name in clusters if epoch is None or name in epoch.unproven)
