"""What is written on a cluster of the store, and what is not believed."""

import json

import pytest

from daypass.adapters.kubernetes.watermark import marked, marking
from daypass.domain.epoch import Watermark
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from tests.builders import NOON
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster, refused

MARK = Watermark(epoch="one", event="7-1", at=NOON)


def test_is_one_versioned_text_under_one_key() -> None:
    """A newer program's mark is told apart; nobody else's keys are touched."""
    [(key, text)] = marking(MARK)["data"].items()
    assert key == "watermark"
    assert json.loads(text) == {
        "v": 1,
        "epoch": "one",
        "event": "7-1",
        "at": "2026-11-20T12:00:00Z",
        "head": "",
        "freeze": None,
        "mac": "",
    }


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"watermark": ""},
        {"watermark": "{}"},
        {"watermark": '{"v":2,"epoch":"one","event":"7-1","at":"2026-11-20T12:00:00Z"}'},
        {"watermark": '{"v":1,"epoch":"one"}'},
        {"watermark": '{"v":1,"epoch":"one","event":"7-1","at":"never"}'},
        {"watermark": "nonsense"},
    ],
    ids=["new", "empty", "blank", "no version", "newer", "cut", "no time", "nonsense"],
)
def test_is_none_when_nothing_can_be_read(data: dict[str, str] | None) -> None:
    """Whoever writes there without right makes Daypass look at everything, and nothing else."""
    assert marked({"data": data}) is None


def test_is_read_and_written_by_its_own_name() -> None:
    """Two installs on one cluster have two marks."""
    with a_cluster(Canned(body=dict(marking(MARK))), Canned()) as (cluster, server):
        assert cluster.watermark() == MARK
        cluster.keep_watermark(MARK)
    paths = {one.path for one in server.asked}
    assert paths == {"/api/v1/namespaces/daypass/configmaps/daypass-watermark-main"}
    assert [one.method for one in server.asked] == ["GET", "PATCH"]
    assert server.asked[1].headers["Content-Type"] == "application/merge-patch+json"


def test_is_none_when_there_is_no_place_for_it() -> None:
    """A cluster whose rights are older than this program is reconciled first."""
    with a_cluster(refused(404, "not found")) as (cluster, _):
        assert cluster.watermark() is None


@pytest.mark.parametrize("status", [403, 404])
def test_says_what_to_apply_when_it_may_not_be_written(status: int) -> None:
    """The rights of an older version lack it: the error says how to get them."""
    with (
        a_cluster(refused(status, "no")) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="apply what `daypass rbac` prints"),
    ):
        cluster.keep_watermark(MARK)


@pytest.mark.parametrize(
    ("answer", "unknown"), [(refused(500, "etcd"), True), (refused(429, "slow"), False)]
)
def test_tries_again_when_server_fails(answer: Canned, *, unknown: bool) -> None:
    """A mark that was not written is written at the next look."""
    with a_cluster(answer) as (cluster, _), pytest.raises(TemporaryOutsideError) as raised:
        cluster.keep_watermark(MARK)
    assert raised.value.unknown is unknown


def test_raises_when_it_may_not_be_read() -> None:
    """That nobody may look is not that nothing is there."""
    with a_cluster(refused(403, "no")) as (cluster, _), pytest.raises(OutsideError):
        cluster.watermark()
