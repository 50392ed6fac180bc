"""One value of many megabytes that any role may write: every process reads all of it."""

from collections.abc import Callable

import pytest

from daypass.adapters.redis import keys
from daypass.domain.errors import UnreadableError
from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import FIRST

MEGABYTE = 1_000_000
HUGE = b"x" * (24 * MEGABYTE)
MOST = 2 * MEGABYTE
ODD = "00000000000z-1"


def fetched(scene: Scene, do: Callable[[], object]) -> int:
    """Return how many bytes Redis answered with at most, in one answer."""
    largest = 0
    parse = scene.client.connection_pool.connection_class.read_response

    def reading(self: object, *args: object, **named: object) -> object:
        nonlocal largest
        answer = parse(self, *args, **named)
        largest = max(largest, size(answer))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scene.client.connection_pool.connection_class, "read_response", reading)
        do()
    return largest


def size(answer: object) -> int:
    """Return the bytes of an answer."""
    if isinstance(answer, bytes):
        return len(answer)
    if isinstance(answer, dict):
        return sum(size(one) for pair in answer.items() for one in pair)
    if isinstance(answer, (list, tuple, set)):
        return sum(map(size, answer))
    return 0


def listing(scene: Scene, listed: str) -> None:
    """Do what reads such a list."""
    if listed == keys.by_cluster("prod"):
        reconcile_unasked(scene.world.grants())
    else:
        scene.world.store.live_of(scene.lease.holder.id)


@pytest.mark.parametrize("listed", [keys.by_cluster("prod"), keys.live_of("U0ALICE")])
def test_a_list_reads_no_value_of_any_size(listed: str) -> None:
    """By bot or notifications (SET, SADD)."""
    scene = Scene()
    scene.client.set(keys.lease(ODD), HUGE)
    scene.client.sadd(listed, ODD)
    assert fetched(scene, lambda: listing(scene, listed)) < MOST


@pytest.mark.parametrize("listed", [keys.by_cluster("prod"), keys.live_of("U0ALICE")])
def test_a_list_reads_no_name_of_any_size(listed: str) -> None:
    """By any role (SADD)."""
    scene = Scene()
    scene.client.sadd(listed, HUGE)
    assert fetched(scene, lambda: listing(scene, listed)) < MOST


def test_one_value_is_read_by_no_more_than_it_can_be() -> None:
    """By the bot: what is larger is damaged."""
    scene = Scene()
    scene.client.set(keys.lease(FIRST), HUGE)

    def read() -> None:
        with pytest.raises(UnreadableError):
            scene.world.store.lease(FIRST)

    assert fetched(scene, read) < MOST
