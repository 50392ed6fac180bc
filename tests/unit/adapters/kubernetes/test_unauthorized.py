"""A server that does not know who asks: one look at who we are by now, and one more try."""

from collections.abc import Callable
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import TemporaryOutsideError
from daypass.ports import Cluster
from tests.builders import NOON
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.served import REF, refused, stored
from tests.unit.adapters.kubernetes.test_answers import create, delete

UNKNOWN = refused(401, "Unauthorized")
GONE = Canned(body={"kind": "Status", "status": "Success"})


def a_worker(server: CannedServer, token: Path) -> ApiCluster:
    """Reach a server with a token in a file."""
    access = ClusterAccess(server=server.url, token_file=token)
    return ApiCluster("prod", access, install="main", now=lambda: NOON)


def read(cluster: Cluster) -> object:
    """Read the planned object."""
    return cluster.read(REF)


def tokens(server: CannedServer) -> list[str]:
    """Return what was sent."""
    return [one.headers["Authorization"] for one in server.asked]


@pytest.mark.parametrize(
    ("do", "answer"),
    [(read, Canned(body=stored())), (delete, GONE), (create, Canned(status=201, body=stored()))],
    ids=["read", "delete", "create"],
)
def test_asks_again_with_the_token_that_is_there_by_now(
    tmp_path: Path, do: Callable[[Cluster], object], answer: Canned
) -> None:
    """A token that was replaced a moment ago costs one call, writes too: none of them was begun."""
    token = tmp_path / "token"
    token.write_text("t-1")
    with CannedServer(answer, UNKNOWN, answer) as server:
        cluster = a_worker(server, token)
        do(cluster)
        token.write_text("t-2")
        do(cluster)
        cluster.close()
    assert tokens(server) == ["Bearer t-1", "Bearer t-1", "Bearer t-2"]


def test_asks_once_when_there_is_no_other_token(tmp_path: Path) -> None:
    """The same would be refused again; the file is named, and that somebody has to renew it."""
    token = tmp_path / "token"
    token.write_text("t-1")
    with CannedServer(UNKNOWN) as server:
        cluster = a_worker(server, token)
        with pytest.raises(TemporaryOutsideError) as raised:
            delete(cluster)
        cluster.close()
    assert len(server.asked) == 1
    assert not raised.value.unknown
    assert str(raised.value).endswith(
        f"the server does not accept the token in {token} (401); "
        "renew it, it is looked at again by itself"
    )


def test_asks_twice_at_most(tmp_path: Path) -> None:
    """Whoever writes tokens all the time does not keep a thread."""
    token = tmp_path / "token"
    token.write_text("t-1")
    with CannedServer(Canned(body=stored()), UNKNOWN, UNKNOWN) as server:
        cluster = a_worker(server, token)
        read(cluster)
        token.write_text("t-2")
        with pytest.raises(TemporaryOutsideError, match="the token in"):
            read(cluster)
        cluster.close()
    assert tokens(server)[1:] == ["Bearer t-1", "Bearer t-2"]


def test_is_a_refusal_when_a_webhook_says_401(tmp_path: Path) -> None:
    """Who was let in and then refused is told by whom: no token is to blame."""
    token = tmp_path / "token"
    token.write_text("t-1")
    with CannedServer(refused(401, 'admission webhook "x" denied the request')) as server:
        cluster = a_worker(server, token)
        with pytest.raises(TemporaryOutsideError, match='webhook "x" denied the request'):
            create(cluster)
        cluster.close()
