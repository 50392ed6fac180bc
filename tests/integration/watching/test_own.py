"""Of our own objects nothing stays unseen, whatever the watch was not told (law 1)."""

from datetime import datetime, timedelta

import pytest

from chaos.network import Mode, Network
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.domain.picture import Kind
from daypass.ports import watch_of
from daypass.usecases.grants.reconcile import COMPARED, reconcile_unasked
from daypass.usecases.grants.watched import WATCHED, is_watched
from tests.integration.watching.rig import NAME, WIRE, Rig
from tests.integration.watching.spoiler import Spoiler
from tests.on_redis import Later

pytestmark = pytest.mark.real


def silent_for(rig: Rig) -> timedelta:
    """How long nobody has said that all is seen; who sees all says so each third of WATCHED."""
    heard = RedisHeartbeats(rig.redis).heard(watch_of(NAME))
    assert heard is not None
    return rig.clock.now() - heard


class Older(Later):
    """A clock by which this process has run for longer, at the same time of day."""

    def now(self) -> datetime:
        """Return the present."""
        return self._inner.now()


def test_silence_is_noticed_and_what_was_forged_meanwhile_goes(rig: Rig, network: Network) -> None:
    """Nobody says any more that all is seen; when the wire carries again it is gone on with."""
    ports = rig.ports(rig.cluster(rig.over(network), silent=2.0))
    rig.watching(ports)
    rig.until(lambda: not reconcile_unasked(ports).failed and is_watched(ports))
    network.set(WIRE, Mode.BLACKHOLE)
    rig.forges("meanwhile")
    rig.until(lambda: silent_for(rig) > WATCHED / 2)
    network.set(WIRE, Mode.OK)
    rig.until(lambda: rig.ours() == [] and is_watched(ports))


def test_says_that_it_sees_each_change_seldom_and_often_enough(rig: Rig) -> None:
    """Each time is a write, for each cluster; and nobody believes it for long."""
    ports = rig.ports(rig.cluster())
    rig.watching(ports)
    rig.until(lambda: not reconcile_unasked(ports).failed and is_watched(ports))
    heard = set[datetime | None]()
    for _ in range(30):
        rig.clock.wait += timedelta(seconds=1)
        rig.tend()
        heard.add(RedisHeartbeats(rig.redis).heard(watch_of(NAME)))
        assert is_watched(ports)
    assert 7 <= len(heard) <= 10


def test_forgeries_that_no_watch_was_told_of_go_with_the_next_comparison(
    rig: Rig, spoiler: Spoiler
) -> None:
    """Whoever watches says that all is seen; the whole is compared all the same."""
    clock = Older(RedisClock(rig.redis))
    ports = rig.ports(rig.cluster(spoiler.url), clock=clock)
    rig.watching(ports)
    rig.until(lambda: not reconcile_unasked(ports).failed and is_watched(ports))
    names = [f"lost-{n}" for n in range(5)]
    spoiler.lost = lambda event: event["object"]["metadata"].get("name") in names
    rig.forges(*names, "told")
    rig.until(lambda: "told" not in rig.ours() and spoiler.kept_back == len(names))
    reconcile_unasked(ports)
    assert rig.ours() == names, "nobody but a comparison can find them"
    clock.wait += COMPARED
    reconcile_unasked(ports)
    assert rig.ours() == []


def test_a_watch_of_what_is_still_to_come_begins_anew(rig: Rig) -> None:
    """A server that was set back tells nothing before it has come so far again: not a bookmark."""
    cluster = rig.cluster()
    newest = next(cluster.watch("RoleBinding")).revision
    ahead = str(int(newest) + 1_000_000)
    assert next(cluster.watch("RoleBinding", ahead)).anew
    assert next(cluster.picture(Kind.ROLE, ahead)).begins
