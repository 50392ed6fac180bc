"""An object that lost its labels, of a lease that names it no more, or by another uid (law 4).

By whoever may write leases in Redis together with whoever may write bindings where it lies, on a
cluster without the guard: alone neither keeps anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.review import Question
from daypass.ports import PromiseKind
from tests.builders import a_person, a_world
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    grant,
    lease_of,
    let_go,
    with_cluster,
    work,
)

BARE: Final[Mapping[str, str]] = {}
CAROL: Final = a_person("carol")


def lying(lease: Lease, what: str) -> Lease:
    """Return a lease that is over, with something else of it than was granted."""
    assert lease.attempt is not None
    over = replace(lease, state=LeaseState.REVOKING, cause=EndCause.REVOKED)
    if what == "uid":
        wrong = tuple(replace(ref, uid="another") for ref in lease.attempt.objects)
        return replace(over, attempt=replace(lease.attempt, objects=wrong))
    none = replace(lease.attempt, objects=())
    if what == "holder":
        return replace(over, attempt=none, holder=CAROL, username="", proof=())
    return replace(over, attempt=none, level="nodes" if what == "level" else lease.level)


def taken(what: str, **fields: Any) -> Scene:
    """Return a scene in which both were written to, and the end was tried."""
    scene = Scene()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    scene.client.set(keys.lease(FIRST), encode(lying(lease, what)))
    prod = scene.world.clusters["prod"]
    (key,) = prod._objects
    prod._objects[key] = replace(prod._objects[key], labels=BARE, **fields)
    for _ in range(3):
        scene.client.zadd(keys.due("prod"), {f"{PromiseKind.END}:{FIRST}": 1})
        scene.work()
    return scene


@pytest.mark.parametrize("fields", [{}, {"annotations": BARE}], ids=["sealed", "bare"])
@pytest.mark.parametrize("what", ["names", "uid", "level", "holder"])
def test_what_a_review_names_is_ours_whatever_the_store_says_of_it(
    what: str, fields: dict[str, Any]
) -> None:
    """It was said to be over, and still allowed by that very object, for ever."""
    scene = taken(what, **fields)
    stored = scene.world.store.lease(FIRST)
    assert stored is not None
    assert (stored.state, stored.still) == (LeaseState.ENDED, "")
    assert scene.world.clusters["prod"].objects == ()


def test_what_a_finalizer_keeps_of_it_is_said() -> None:
    """Until it is off the lease is not over."""
    stored = taken("names", finalizers=("mallory.dev/keep",)).world.store.lease(FIRST)
    assert stored is not None
    assert stored.state is LeaseState.REVOKING
    assert "mallory.dev/keep" in stored.kept


@pytest.mark.parametrize(("finalizers", "most"), [(("mallory.dev/keep",), 2), ((), 3)])
def test_what_somebody_keeps_under_its_name_is_hardly_asked_about(
    finalizers: tuple[str, ...], most: int
) -> None:
    """Without a word in Redis: two hundred such leases took the threads that prove other ends.

    So it is where they make it anew whenever it is gone.
    """
    world, asked = a_world(), list[Question]()
    grant(world)
    prod = world.clusters["prod"]
    (ours,) = prod.objects
    theirs = replace(ours.ref, name=f"daypass-{FIRST}-9-9")
    let_go(world)

    def made_anew(question: Question) -> bool:
        asked.append(question)
        if not prod.objects:
            prod.put(replace(ours, ref=theirs, labels=BARE, finalizers=finalizers))
        return False

    counting = Failing(prod, "reviews", TemporaryOutsideError("never"), made_anew)
    work(world, ports=with_cluster(world.grants(), counting))
    stored = lease_of(world)
    assert (stored.state, stored.kept.count("mallory")) == (LeaseState.REVOKING, len(finalizers))
    assert len(asked) == most
