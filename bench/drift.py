"""From a change that somebody makes on a cluster to what is done about it."""

from collections.abc import Sequence
from time import sleep
from typing import Final

from bench.crowd import until
from bench.figures import timed
from bench.floor import Bare
from bench.population import UNUSED, Population
from daypass.adapters.kubernetes.manifests import Manifest
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState

_COUNT: Final = 40
_PAUSE: Final = 0.2
"""Seconds from one change to the next: each is to be judged by itself."""
_PATIENCE: Final = 60.0
_WATCHED: Final = 15.0
"""Seconds after which somebody watches, and has compared all, once nobody is held any more."""


def forged(people: Population) -> Sequence[float]:
    """Return seconds from an object that is no lease's to its being gone, one after another."""
    sleep(_WATCHED)
    bare = people.servers["prod"]
    numbers = range(UNUSED + 10_000, UNUSED + 10_000 + _COUNT)
    return [_until_gone(bare, binding) for binding in people.bindings(numbers, "prod")]


def _until_gone(bare: Bare, binding: Manifest) -> float:
    sleep(_PAUSE)
    bare.create(binding)
    return timed(lambda: until(lambda: not bare.is_there(binding), _PATIENCE))[0]


def drifted(people: Population, leases: list[LeaseId]) -> Sequence[float]:
    """Return seconds from the loss of a lease's object to its being over, one after another."""
    return [_until_over(people, leases.pop()) for _ in range(_COUNT)]


def _until_over(people: Population, name: LeaseId) -> float:
    sleep(_PAUSE)
    lease = people.crowd.store.lease(name)
    if lease is None or lease.attempt is None:
        raise RuntimeError(f"{name} has no object")
    for ref in lease.attempt.objects:
        people.servers[lease.cluster].remove(ref)

    def over() -> bool:
        now = people.crowd.store.lease(name)
        return now is not None and now.state is not LeaseState.ACTIVE

    return timed(lambda: until(over, _PATIENCE))[0]
