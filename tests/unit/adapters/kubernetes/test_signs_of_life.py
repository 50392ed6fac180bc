"""The server's own time, and whether it answers at all."""

from datetime import UTC, datetime

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster, refused


def test_time_is_the_servers() -> None:
    """HTTP's own header, in whole seconds, UTC."""
    answer = Canned(headers={"Date": "Fri, 20 Nov 2026 12:00:07 GMT"})
    with a_cluster(answer) as (cluster, _):
        assert cluster.time() == datetime(2026, 11, 20, 12, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "yesterday", "Fri, 99 Nov 2026 12:00:07 GMT"])
def test_time_is_an_error_when_server_does_not_say(said: str) -> None:
    """Nothing is deleted by a clock that nobody has read."""
    with (
        a_cluster(Canned(headers={"Date": said})) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="does not say what time it is"),
    ):
        cluster.time()


def test_time_is_an_error_when_server_fails() -> None:
    """A refusal has a Date, too; it is not believed."""
    with a_cluster(refused(503, "starting")) as (cluster, _), pytest.raises(TemporaryOutsideError):
        cluster.time()


def test_probe_is_content_when_server_is_ready() -> None:
    """It asks nothing that costs anything."""
    with a_cluster() as (cluster, server):
        cluster.probe()
    assert server.asked == []


def test_probe_is_not_content_when_server_starts() -> None:
    """A server that is not ready knows nobody's rights."""
    with a_cluster() as (cluster, server):
        server.ready = False
        with pytest.raises(TemporaryOutsideError, match="not ready"):
            cluster.probe()
