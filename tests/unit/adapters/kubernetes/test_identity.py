"""Client certificates: shown to a real TLS server, replaced while we run, never half of two."""

import base64
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.cluster import CALL_TIMEOUT
from daypass.adapters.kubernetes.rereading import LOOK_EVERY
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from tests.authority import Authority, Issued
from tests.ticks import Ticks
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.served import refused
from tests.unit.adapters.kubernetes.test_access import a_kubeconfig

if TYPE_CHECKING:
    import ssl

MANY = 50
FINE = Canned(body={"kind": "Namespace"})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs the server and its clients."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def first(authority: Authority) -> Issued:
    """What the worker has."""
    return authority.issue("first")


@pytest.fixture(scope="module")
def second(authority: Authority) -> Issued:
    """What it gets next."""
    return authority.issue("second")


def replaced(folder: Path, by: Issued) -> Issued:
    """Write a pair of files."""
    made = Issued(certificate=folder / "own.crt", key=folder / "own.key")
    made.certificate.write_bytes(by.certificate.read_bytes())
    made.key.write_bytes(by.key.read_bytes())
    return made


def with_files(server: str, authority: Authority, own: Issued) -> ClusterAccess:
    """Return a cluster that knows us by a certificate."""
    return ClusterAccess(
        server=server,
        ca_file=authority.certificate,
        certificate_file=own.certificate,
        key_file=own.key,
    )


@contextmanager
def an_api(way: Way) -> Iterator[Api]:
    """Reach a cluster."""
    with closing(Api("prod", way, CALL_TIMEOUT)) as api:
        yield api


def test_shows_certificate_and_takes_the_next(
    tmp_path: Path, authority: Authority, first: Issued, second: Issued
) -> None:
    """New connections have the new one; no connection with the old one is used any more."""
    with CannedServer(FINE, FINE, FINE, tls=authority.server(asks=True)) as server:
        ticks = Ticks()
        way = Way(with_files(server.url, authority, replaced(tmp_path, first)), ticks=ticks)
        with an_api(way) as api:
            api.get("/x")
            replaced(tmp_path, second)
            api.get("/x")
            ticks.move_on(LOOK_EVERY)
            api.get("/x")
    assert [one.known_as for one in server.asked] == ["first", "first", "second"]
    assert server.asked[0].peer == server.asked[1].peer


def test_keeps_pair_when_half_of_it_is_replaced(
    tmp_path: Path, authority: Authority, first: Issued, second: Issued
) -> None:
    """A certificate without its key is no certificate; what is cut is none either."""
    with CannedServer(*[FINE] * 4, tls=authority.server(asks=True)) as server:
        ticks = Ticks()
        own = replaced(tmp_path, first)
        way = Way(with_files(server.url, authority, own), ticks=ticks)
        with an_api(way) as api, capture_logs() as logs:
            api.get("/x")
            for halfway in (second.certificate.read_bytes(), second.certificate.read_bytes()[:99]):
                own.certificate.write_bytes(halfway)
                ticks.move_on(LOOK_EVERY)
                api.get("/x")
            replaced(tmp_path, second)
            ticks.move_on(LOOK_EVERY)
            api.get("/x")
    assert [one.known_as for one in server.asked] == ["first", "first", "first", "second"]
    assert "both whole and in PEM" in logs[0]["fault"]
    assert str(own.key) in logs[0]["fault"]


@pytest.mark.parametrize("inline", [False, True], ids=["files", "inline"])
def test_shows_certificate_of_a_kubeconfig(
    tmp_path: Path, authority: Authority, first: Issued, *, inline: bool
) -> None:
    """As files beside it and as base64 inside of it, with the name that its cluster is given."""
    own = replaced(tmp_path, first)
    user = {"client-certificate": own.certificate.name, "client-key": own.key.name}
    if inline:
        user = {
            "client-certificate-data": base64.b64encode(own.certificate.read_bytes()).decode(),
            "client-key-data": base64.b64encode(own.key.read_bytes()).decode(),
        }
    with CannedServer(FINE, tls=authority.server(asks=True)) as server:
        cluster = {
            "server": server.url,
            "certificate-authority": str(authority.certificate),
            "tls-server-name": "api.example.com",
        }
        path = a_kubeconfig(tmp_path, cluster=cluster, user=user)
        with an_api(Way(ClusterAccess(kubeconfig=path))) as api:
            assert api.get("/x").good
    assert server.asked[0].known_as == "first"


@pytest.mark.parametrize(
    ("name", "by", "said"),
    [
        ("other.example.com", "known", "certificate names another server"),
        ("", "stranger", "certificate is not signed by the configured authority"),
        ("", "known until now", "certificate has run out"),
    ],
)
def test_calls_nobody_else_than_who_was_meant(
    tmp_path: Path, authority: Authority, name: str, by: str, said: str
) -> None:
    """TLS is never off: by signature, by the name that is wanted, and by time."""
    made: dict[str, Callable[[], ssl.SSLContext]] = {
        "known": authority.server,
        "stranger": Authority(tmp_path, "stranger").server,
        "known until now": partial(authority.server, days=0),
    }
    with CannedServer(tls=made[by]()) as server:
        cluster = {
            "server": server.url,
            "certificate-authority": str(authority.certificate),
            "tls-server-name": name,
        }
        path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t-1"})
        with (
            an_api(Way(ClusterAccess(kubeconfig=path))) as api,
            pytest.raises(TemporaryOutsideError, match=said),
        ):
            api.get("/x")
    assert server.asked == []


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        ("", None, "no certificate and the key that belongs to it"),
        (None, "", "no certificate and the key that belongs to it"),
        (None, "-----BEGIN ENCRYPTED PRIVATE KEY-----", "the key wants a password; write it with"),
        (None, "x" * 40_000, "longer than 32 KiB"),
    ],
)
def test_says_what_a_pair_is_when_it_is_none(
    tmp_path: Path, first: Issued, certificate: str | None, key: str | None, said: str
) -> None:
    """With both files, before anything is sent; nobody is asked for a password."""
    own = replaced(tmp_path, first)
    for path, text in ((own.certificate, certificate), (own.key, key)):
        if text is not None:
            path.write_text(text)
    access = ClusterAccess(
        server="https://10.0.0.1", certificate_file=own.certificate, key_file=own.key
    )
    with pytest.raises(OutsideError, match=said) as raised:
        Way(access).credential()
    assert f"{own.certificate} and {own.key}" in str(raised.value)
    assert isinstance(raised.value, PermanentOutsideError) == ("password" in said)


def test_names_certificate_when_server_does_not_take_it(
    tmp_path: Path, authority: Authority, first: Issued
) -> None:
    """One that has run out while we run, say."""
    own = replaced(tmp_path, first)
    with (
        CannedServer(refused(401, "Unauthorized"), tls=authority.server(asks=True)) as server,
        an_api(Way(with_files(server.url, authority, own))) as api,
        pytest.raises(TemporaryOutsideError, match=f"the client certificate in {own.certificate}"),
    ):
        api.get("/x")


def test_leaves_no_file_open(first: Issued, tmp_path: Path) -> None:
    """Pipes are closed, also where what was in them was no good."""
    own = replaced(tmp_path, first)
    access = ClusterAccess(
        server="https://10.0.0.1", certificate_file=own.certificate, key_file=own.key
    )
    before = len(list(Path("/dev/fd").iterdir()))
    for text in [own.key.read_text(), "nothing"] * MANY:
        own.key.write_text(text)
        with suppress(TemporaryOutsideError):
            Way(access).credential()
    # Others in this process may have opened a few.
    assert len(list(Path("/dev/fd").iterdir())) < before + MANY
