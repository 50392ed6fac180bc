"""Deliveries: how a level reaches a person; one file for each, and one table that has them all."""

from collections.abc import Mapping
from typing import Final

from daypass.domain.catalog import Delivery, Level
from daypass.domain.deliveries.binding import Binding
from daypass.domain.deliveries.mirror import Mirror
from daypass.domain.deliveries.realisation import ActsAs, Names, Realisation, StaticRole
from daypass.domain.deliveries.sudo import Sudo
from daypass.domain.roles import Part
from daypass.domain.scope import Scope

__all__ = [
    "DELIVERIES",
    "ActsAs",
    "Names",
    "Realisation",
    "StaticRole",
    "every_part",
    "fitting",
    "realisation",
    "roles_needed",
]

DELIVERIES: Final[Mapping[Delivery, Realisation]] = {
    Delivery.BINDING: Binding(),
    Delivery.SUDO: Sudo(),
    Delivery.MIRROR: Mirror(),
}


def fitting(names: Names) -> tuple[Delivery, ...]:
    """Return what delivers a role, or a group; the first where nothing is said."""
    return tuple(delivery for delivery, how in DELIVERIES.items() if how.of is names)


def realisation(level: Level) -> Realisation:
    """Return how a level is delivered."""
    return DELIVERIES[level.delivery]


def roles_needed(level: Level, scope: Scope) -> tuple[str, ...]:
    """Name the roles that a lease of a level binds there, as a snapshot does."""
    return tuple(dict.fromkeys(part.key for part in realisation(level).parts(level, scope)))


def every_part(level: Level) -> tuple[Part, ...]:
    """Return all that leases of a level may bind, wherever it may hold."""
    return realisation(level).parts(level, level.anywhere)
