"""Rows of looks."""

from daypass.adapters.redis import keys
from tests.unit.usecases.attacks.rig import Scene


def test_a_look_at_what_is_no_cluster_is_not_promised_again_for_ever() -> None:
    """By any role: a thousand of them, and each process looks around without a pause for ever."""
    scene = Scene()
    scene.client.zadd(keys.due("prod"), {f"reconcile:a{n}": 1 for n in range(5)})
    scene.work()
    left = scene.client.zrange(keys.due("prod"), 0, -1)
    assert [row for row in left if "reconcile:a" in str(row)] == []
