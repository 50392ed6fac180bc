"""Deliveries: how a level reaches a person; one file for each, and one table that has them all."""

from collections.abc import Mapping
from typing import Final

from daypass.domain.catalog import Delivery, Level
from daypass.domain.deliveries.binding import Binding
from daypass.domain.deliveries.realisation import ActsAs, Names, Realisation, StaticRole
from daypass.domain.deliveries.sudo import Sudo

__all__ = [
    "DELIVERIES",
    "ActsAs",
    "Names",
    "Realisation",
    "StaticRole",
    "fitting",
    "realisation",
]

DELIVERIES: Final[Mapping[Delivery, Realisation]] = {
    Delivery.BINDING: Binding(),
    Delivery.SUDO: Sudo(),
}


def fitting(names: Names) -> tuple[Delivery, ...]:
    """Return what delivers a role, or a group; the first where nothing is said."""
    return tuple(delivery for delivery, how in DELIVERIES.items() if how.of is names)


def realisation(level: Level) -> Realisation:
    """Return how a level is delivered."""
    return DELIVERIES[level.delivery]
