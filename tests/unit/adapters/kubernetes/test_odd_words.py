"""An address or an answer that means nothing: the caller hears an error of ours, and no other."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.client import MOST_ASKED, Api
from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from tests.builders import NOON
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.served import REF, a_cluster, refused

MANY = "9" * 20


@pytest.mark.parametrize(
    "server", ["https://host:99999", "https://[::1", "https://a b:6443", "https://h:x", "https://"]
)
def test_says_so_when_address_is_none(server: str) -> None:
    """A port with a digit too many, in one cluster of several, must not stop the others' sweep."""
    access = ClusterAccess(server=server)
    cluster = ApiCluster("prod", access, install="main", now=lambda: NOON)
    watched = partial(cluster.watch, "RoleBinding")
    for call in (cluster.probe, lambda: list(cluster.ours()), lambda: list(watched())):
        with pytest.raises(OutsideError, match=r"^prod: "):
            call()


@pytest.mark.parametrize("asked", [MANY, "9" * 9])
def test_waits_no_longer_than_a_while_whatever_is_asked_for(asked: str) -> None:
    """Whoever serves a namespace's webhook chooses the seconds; a proxy may write anything."""
    answer = refused(503, "later", headers={"Retry-After": asked})
    with a_cluster(answer) as (cluster, _), pytest.raises(TemporaryOutsideError) as raised:
        cluster.delete(REF)
    assert raised.value.delay == MOST_ASKED


@pytest.mark.parametrize(
    "date",
    [
        f"Mon, 01 Jan 2024 00:00:00 +{MANY}",
        f"Mon, 01 Jan {MANY} 00:00:00 +0000",
        f"Mon, 01 Jan 2024 {MANY}:00:00 +0000",
        "never",
    ],
)
def test_knows_no_time_when_the_answers_is_none(date: str) -> None:
    """A date is read of each answer, and needed of one."""
    with a_cluster(refused(404, "gone", headers={"Date": date})) as (cluster, _):
        assert cluster.read(REF) is None


@pytest.mark.parametrize("text", ["[]", "null", '"x"', "1"])
@pytest.mark.parametrize(
    "do",
    [lambda api: api.get("/x"), lambda api: list(api.items("/x"))],
    ids=["one", "a list"],
)
def test_cannot_read_what_is_no_object(do: Callable[[Api], object], text: str) -> None:
    """Nobody who reads an answer has to think of that."""
    with CannedServer(Canned(text=text)) as server:
        api = Api("prod", Way(ClusterAccess(server=server.url)), timedelta(seconds=5))
        with pytest.raises(TemporaryOutsideError, match="cannot be read"):
            do(api)
        api.close()
