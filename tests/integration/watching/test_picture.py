"""The picture of a cluster misses nothing, whatever cuts it off, and says when it may be old."""

from itertools import islice
from threading import Event
from typing import Any

import pytest
import urllib3

from chaos.network import Mode, Network
from daypass.adapters.redis.pictures import RedisPictures
from daypass.domain.picture import Edit, Kind
from sandbox.cluster.servers import Clusters
from sandbox.processes import Processes
from tests.integration.watching.rig import NAME, WIRE, Rig
from tests.integration.watching.spoiler import Spoiler

pytestmark = pytest.mark.real


def seen_once(rig: Rig) -> None:
    """Wait until the picture is there and follows."""
    rig.puts("first")
    rig.until(lambda: rig.is_current() and rig.shown() == {"first"})


def compacted(processes: Processes, revision: str) -> None:
    """Let etcd forget all that was before the revision."""
    words = dict(one.split("=", 1) for one in processes["etcd"].child.command if "=" in one)
    url = f"{words['--listen-client-urls']}/v3/kv/compaction"
    answer = urllib3.request("POST", url, json={"revision": revision}, retries=False)
    assert answer.status == 200, answer.data


def test_all_is_listed_anew_when_the_server_has_forgotten(
    rig: Rig, network: Network, clusters: Clusters, processes: Processes
) -> None:
    """It was killed, and what it watched from is compacted: nothing is missed, and none stays."""
    cluster = rig.cluster(rig.over(network))
    rig.watching(rig.ports(cluster))
    seen_once(rig)
    network.set(WIRE, Mode.REFUSE)
    since = rig.server.admin().get(rig.place("roles"))["metadata"]["resourceVersion"]
    rig.puts("second")
    rig.drops("first")
    newest = rig.server.admin().get(rig.place("roles"))["metadata"]["resourceVersion"]
    compacted(processes, newest)
    clusters.stop_api_server(NAME)
    clusters.start_api_server(NAME)
    assert any(one.begins for one in islice(rig.cluster().picture(Kind.ROLE, since), 2))
    assert any(one.anew for one in islice(rig.cluster().watch("RoleBinding", since), 2))
    network.set(WIRE, Mode.OK)
    rig.until(lambda: rig.shown() == {"second"})
    rig.puts("third")
    rig.until(lambda: rig.shown() == {"second", "third"} and rig.is_current())


def test_picture_of_a_store_that_was_emptied_is_kept_anew(rig: Rig) -> None:
    """Whoever watches has the duty again at once: nothing of its own was cut off."""
    rig.watching(rig.ports(rig.cluster()))
    seen_once(rig)
    rig.redis.flushall()
    rig.until(lambda: rig.is_current() and rig.shown() == {"first"})


def test_silence_is_noticed_and_said(rig: Rig, network: Network) -> None:
    """A wire without an end carries nothing: the picture may be old; then it goes on, current."""
    rig.watching(rig.ports(rig.cluster(rig.over(network), silent=2.0)))
    seen_once(rig)
    network.set(WIRE, Mode.BLACKHOLE)
    rig.puts("second")
    rig.drops("first")
    rig.passes(lambda: not rig.is_current(), most=80)
    assert rig.shown() == {"first"}
    network.set(WIRE, Mode.OK)
    rig.until(lambda: rig.shown() == {"second"})
    rig.until(rig.is_current)


def test_nothing_is_lost_without_bookmarks(rig: Rig, spoiler: Spoiler) -> None:
    """What says nothing is taken for dead and begun again and again; what comes between is seen."""
    spoiler.lost = lambda event: event["type"] == "BOOKMARK"
    rig.watching(rig.ports(rig.cluster(spoiler.url, silent=1.0)))
    seen_once(rig)
    begun = spoiler.watches("roles")
    rig.puts("second")
    rig.until(lambda: spoiler.watches("roles") > begun + 1)
    rig.drops("first")
    rig.until(lambda: rig.shown() == {"second"})


def test_changes_that_were_lost_are_found_by_the_next_list(rig: Rig, spoiler: Spoiler) -> None:
    """No watch says what a proxy kept from it; who begins anew compares what is there."""
    rig.watching(rig.ports(rig.cluster(spoiler.url)))
    seen_once(rig)
    names = ("a", "b", "c", "d")
    spoiler.lost = lambda event: event["object"]["metadata"].get("name") in {"first", *names}
    rig.puts(*names)
    rig.drops("first")
    rig.puts("last")
    rig.until(lambda: rig.shown() == {"first", "last"})
    assert spoiler.kept_back == len(names) + 1
    rig.watchers.pop().close()
    rig.watching(rig.ports(rig.cluster(spoiler.url)), "b")
    rig.until(lambda: rig.shown() == {*names, "last"})


def test_picture_follows_a_slow_server(rig: Rig, network: Network) -> None:
    """Each block comes late, and none is missed."""
    url = rig.over(network)
    network.set(WIRE, Mode.SLOW)
    rig.watching(rig.ports(rig.cluster(url)))
    seen_once(rig)
    rig.puts("second")
    rig.drops("first")
    rig.until(lambda: rig.shown() == {"second"})


class Frozen(RedisPictures):
    """A holder's way to the store; if told so it stands still, with what is to be written."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.thaw, self.caught = Event(), Event()
        self.thaw.set()
        self.woken = Event()

    def edit(self, edit: Edit, duty: str, holder: str) -> bool:
        """Change a picture, late."""
        if self.thaw.is_set():
            return super().edit(edit, duty, holder)
        self.caught.set()
        self.thaw.wait(60)
        done = super().edit(edit, duty, holder)
        self.woken.set()
        return done


def test_holder_that_wakes_late_writes_nothing_over_what_is_newer(rig: Rig) -> None:
    """It was stopped right before its write, when it still had the duty: the store refuses it."""
    slow = Frozen(rig.redis)
    frozen = rig.watching(rig.ports(rig.cluster(), pictures=slow), "a")
    seen_once(rig)
    slow.thaw.clear()
    rig.puts("first", verb="list")
    rig.puts("old")
    rig.until(slow.caught.is_set)
    rig.watchers.remove(frozen)
    rig.watching(rig.ports(rig.cluster()), "b")
    rig.until(lambda: rig.holds("b"))
    rig.drops("old")
    rig.puts("first", verb="watch")
    rig.until(lambda: rig.shown() == {"first"} and verbs(rig) == ("watch",))
    slow.thaw.set()
    rig.until(slow.woken.is_set)
    assert rig.shown() == {"first"}
    assert verbs(rig) == ("watch",)
    rig.watchers.insert(0, frozen)
    rig.puts("new")
    rig.until(lambda: rig.shown() == {"first", "new"} and rig.holds("b"))


def verbs(rig: Rig) -> tuple[str, ...]:
    """Return what the first role allows, as the picture shows it."""
    key = f"Role/{rig.namespace}/first"
    [rule] = rig.pictures.named(NAME, [key])[key].rules
    return rule.verbs
