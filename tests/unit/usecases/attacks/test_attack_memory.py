"""What is held in memory of a cluster on which somebody made thousands of large objects: a page."""

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.errors import PermanentOutsideError
from daypass.domain.grant import (
    APPROVERS,
    ENDS,
    INSTALL,
    KEPT,
    LEASE,
    MANAGED_BY,
    GrantObject,
    Subject,
)
from daypass.domain.lease import ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import Witness
from daypass.usecases.grants.sweep import Sweep, sweep
from tests.builders import KEY, World, a_world, one_after_another
from tests.unit.usecases.scenes import Failing, grant, lease_of, look, with_cluster

COUNT = 1_500
WHOLE = 80_000 * COUNT
HELD = ("example.com/held",)
LETTER = chr(0x1F600)
"""Of four bytes in memory."""
SAID = {name: LETTER * (8_000 if name == APPROVERS else 1_000) for name in (*ENDS, *KEPT)}


def fat(number: int) -> GrantObject:
    """Return a forgery with all that the adapter keeps of one."""
    return GrantObject(
        ref=ObjectRef(kind="RoleBinding", namespace="aaa", name=f"fat-{number}", uid=f"u{number}"),
        role=RoleRef(name="view"),
        subjects=(Subject(name=LETTER * 1_000),) * 2,
        labels={MANAGED_BY: "daypass", INSTALL: "main", LEASE: f"x{number}"},
        annotations={name: f"{text}{number}" for name, text in SAID.items()},
        finalizers=HELD,
    )


class Flooded:
    """A cluster with COUNT of them, none of which can be deleted."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def ours(self) -> Iterator[GrantObject]:
        """Make them as they are asked for."""
        yield from map(fat, range(COUNT))
        yield from self._inner.ours()

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """Make the one that is meant."""
        return fat(int(ref.name[4:])) if ref.name.startswith("fat-") else self._inner.read(ref)

    def delete(self, ref: ObjectRef) -> tuple[str, ...]:
        """Let a finalizer keep them."""
        return HELD if ref.name.startswith("fat-") else self._inner.delete(ref)


def looked_at(world: World) -> int:
    return len(look(world, with_cluster(world.grants(), Flooded(world.clusters["prod"]))).refused)


def looked_at_alone(world: World) -> int:
    down = PermanentOutsideError("Redis refuses")
    ports = with_cluster(world.grants(), Flooded(world.clusters["prod"]))
    store: Any = Failing(world.store, "last_event", down, lambda _: True)
    return len(look(world, replace(ports, store=store)).refused)


def restored(world: World) -> int:
    lease = grant(world)
    world.store.set_back(None)
    world.clock.advance(timedelta(seconds=1))
    world.heartbeats.beat("timekeeper")
    world.witnesses["prod"] = Witness()
    refused = looked_at(world)
    assert lease_of(world, lease.id).live
    return refused


def swept(world: World) -> int:
    wish = Sweep(install="main", cluster="prod", key=KEY)
    cluster: Any = Flooded(world.clusters["prod"])
    return len(sweep(wish, cluster, one_after_another).left)


def swept_by_others(world: World) -> int:
    cluster: Any = Flooded(world.clusters["prod"])
    return sweep(Sweep(install="other", cluster="prod"), cluster, one_after_another).foreign


def peak(do: Callable[[World], int]) -> int:
    """Return how many bytes it takes to look at COUNT of them at the most."""
    world = a_world()
    world.clock.advance(timedelta(seconds=1))
    tracemalloc.start()
    try:
        assert do(world) == COUNT
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("do", [looked_at, looked_at_alone, restored, swept])
def test_what_bears_our_label_is_never_in_memory_as_a_whole(do: Callable[[World], int]) -> None:
    """A namespace's owner makes neither a worker nor the dead man's switch (256 MiB) die."""
    assert peak(do) < WHOLE / 2


def test_of_other_installs_no_object_is_held() -> None:
    """The guard lets whoever has rights in a namespace make those, and so all they like."""
    assert peak(swept_by_others) < 200 * COUNT
