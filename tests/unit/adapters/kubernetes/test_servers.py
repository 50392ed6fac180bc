"""As many answers as there are API servers, each over a connection of its own."""

from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from daypass.adapters.kubernetes.wide import MOST_BYTES
from daypass.domain.errors import TemporaryOutsideError
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import QUESTION, a_cluster, refused

YES = Canned(body={"status": {"allowed": True, "reason": "RBAC: one"}})
NO = Canned(body={"status": {"allowed": False}})
NOTHING = Canned(body={"items": []})
ALONE = Canned(body={"endpoints": []})
REST = (NOTHING, Canned(body={"gitVersion": "v1.36.3"}), refused(404, "no lane"))
"""What the rest of discovery is answered."""


def a_slice(*addresses: Sequence[str], ready: bool | None = True) -> Canned:
    """Return the EndpointSlice `kubernetes`, with an endpoint for each group of addresses."""
    endpoints: list[dict[str, Any]] = [
        {"addresses": found, "conditions": {"ready": ready}} for found in addresses
    ]
    return Canned(body={"endpoints": endpoints})


def test_counts_servers_before_first_question_when_nobody_looked() -> None:
    """A process that was just started proves ends, too, while another one looks (law 4)."""
    two = a_slice(["192.0.2.1"], ["192.0.2.2"])
    with a_cluster(two, YES, NO, NO, NO) as (cluster, server):
        assert [one.allowed for one in cluster.reviews(QUESTION)] == [True, False]
        assert [one.allowed for one in cluster.reviews(QUESTION)] == [False, False]
    assert [one.method for one in server.asked] == ["GET", *["POST"] * 4]


def test_is_no_answer_when_servers_cannot_be_counted() -> None:
    """One that answers does not speak for those that nobody counted."""
    with a_cluster(refused(500, "etcd"), a_slice(["192.0.2.1"]), NO) as (cluster, _):
        with pytest.raises(TemporaryOutsideError):
            cluster.reviews(QUESTION)
        assert len(cluster.reviews(QUESTION)) == 1


def test_keeps_connection_when_there_is_one_server() -> None:
    """No connection is wasted."""
    with a_cluster(ALONE, YES, YES) as (cluster, server):
        assert [len(cluster.reviews(QUESTION)) for _ in range(2)] == [1, 1]
    assert len({one.peer for one in server.asked}) == 1


@pytest.mark.parametrize(
    ("found", "count"),
    [
        (Canned(text="x" * (MOST_BYTES + 1)), 9),
        (a_slice(["192.0.2.1"]), 1),
        (a_slice(["192.0.2.1"], ["192.0.2.2"], ["192.0.2.3"]), 3),
        (a_slice(["192.0.2.1", "192.0.2.2"]), 2),
        (a_slice(["192.0.2.1"], ["192.0.2.1"]), 1),
        (a_slice(["192.0.2.1", "192.0.2.2"], ready=None), 2),
        (a_slice(["192.0.2.1", "192.0.2.2"], ready=False), 1),
        (a_slice(), 1),
        (a_slice(*([f"192.0.2.{n}"] for n in range(100))), 9),
        (refused(403, "forbidden"), 1),
        (refused(404, "not found"), 1),
    ],
    ids=[
        *(
            "too much",
            "one",
            "three",
            "two of one",
            "twice the same",
            "not said",
            "none is ready",
            "none",
        ),
        *("a hundred", "forbidden", "no such API"),
    ],
)
def test_asks_as_often_as_servers_were_seen(found: Canned, count: int) -> None:
    """One answer speaks for one server's cache; where nobody may count there is one."""
    with a_cluster(found, *REST, *[YES] * count) as (cluster, server):
        cluster.discover()
        assert len(cluster.reviews(QUESTION)) == count
    asked = [one for one in server.asked if one.path.endswith("subjectaccessreviews")]
    assert len({one.peer for one in asked}) == count


def test_returns_every_answer_when_servers_disagree() -> None:
    """The one whose cache lags is heard as well."""
    with a_cluster(a_slice(["192.0.2.1"], ["192.0.2.2"]), *REST, YES, NO) as (cluster, _):
        cluster.discover()
        assert [one.allowed for one in cluster.reviews(QUESTION)] == [True, False]


def test_counts_anew_at_every_look() -> None:
    """Servers come and go."""
    looks = [a_slice(["192.0.2.1"], ["192.0.2.2"]), *REST, a_slice(["192.0.2.1"]), *REST]
    with a_cluster(*looks, YES) as (cluster, _):
        cluster.discover()
        cluster.discover()
        assert len(cluster.reviews(QUESTION)) == 1


def test_is_no_look_when_servers_cannot_be_counted() -> None:
    """A server that fails has not said that it is alone."""
    with a_cluster(refused(500, "etcd")) as (cluster, _), pytest.raises(TemporaryOutsideError):
        cluster.discover()


def test_is_as_many_as_before_when_nobody_may_count_any_more() -> None:
    """Who takes a right away makes one server speak for no others; it is said, once."""
    no = refused(403, "forbidden")
    looks = [a_slice(["192.0.2.1"], ["192.0.2.2"]), *REST, no, *REST, no, *REST]
    with a_cluster(*looks, YES, NO) as (cluster, _), capture_logs() as logged:
        for _look in range(3):
            cluster.discover()
        assert len(cluster.reviews(QUESTION)) == 2
    said = [line for line in logged if line["event"] == "cluster.servers_uncounted"]
    assert [line["taken_for"] for line in said] == [2]
