"""Files that are replaced while we run, in one step or not: the last good state is kept."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from structlog.testing import capture_logs

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.identity import NOBODY
from daypass.adapters.kubernetes.rereading import LOOK_EVERY, MOST, Reread
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.ticks import Ticks
from tests.unit.adapters.kubernetes.test_access import (
    CA,
    OTHER_CA,
    a_kubeconfig,
    said_by,
    trusted_by,
)

_BROKEN: Final[dict[str, bytes | None]] = {
    "missing": None,
    "empty": b"",
    "half written": b"current-context: here\ncontexts:\n- name: he",
    "UTF-16": "t-2".encode("utf-16"),
    "no text": b"\xff\x00\x9f",
    "nested": b"[ " * 3_000,
    "no such day": b"a : 2026-13-45",
    "no such number": b"a : 0x_",
    "without end": b"a : b\n" * (MOST // 6 + 1),
}
"""What a file may hold while somebody writes it, or when it was written wrongly."""


def token_file(folder: Path, token: str) -> ClusterAccess:
    """Write a token beside a server."""
    path = folder / "token"
    path.write_text(f"{token}\n")
    return ClusterAccess(server="https://10.0.0.1", token_file=path)


def inline_token(folder: Path, token: str) -> ClusterAccess:
    """Write a kubeconfig that has the token in it."""
    cluster = {"server": "https://10.0.0.1"}
    return ClusterAccess(kubeconfig=a_kubeconfig(folder, cluster=cluster, user={"token": token}))


def account(folder: Path, token: str) -> ClusterAccess:
    """Write what a pod finds of its own account."""
    (folder / "ca.crt").write_text(CA)
    (folder / "token").write_text(token)
    return ClusterAccess(in_cluster=True)


_WAYS: Final = [token_file, inline_token, account]
_Write = Callable[[Path, str], ClusterAccess]


@pytest.fixture(autouse=True)
def _in_a_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")


def file_of(folder: Path) -> Path:
    """Return the file with the token."""
    return next(path for path in folder.iterdir() if path.name != "ca.crt")


def spoil(path: Path, content: bytes | None) -> None:
    """Leave a file as it is in the middle of being replaced."""
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("broken", _BROKEN.values(), ids=_BROKEN)
@pytest.mark.parametrize("write", _WAYS)
def test_keeps_last_good_token_when_file_is_being_replaced(
    tmp_path: Path, write: _Write, broken: bytes | None
) -> None:
    """Whatever stands there in between, calls go on with the old token, then with the new one."""
    ticks = Ticks()
    way = Way(write(tmp_path, "t-1"), pod=tmp_path, ticks=ticks)
    assert said_by(way) == "t-1"
    spoil(file_of(tmp_path), broken)
    ticks.move_on(LOOK_EVERY)
    with capture_logs() as logs:
        assert said_by(way) == "t-1"
    assert str(file_of(tmp_path) if broken is not None else tmp_path) in logs[0]["fault"]
    write(tmp_path, "t-2")
    assert said_by(way) == "t-1"
    ticks.move_on(LOOK_EVERY)
    assert said_by(way) == "t-2"


@pytest.mark.parametrize("broken", _BROKEN.values(), ids=_BROKEN)
@pytest.mark.parametrize("write", _WAYS)
def test_waits_when_file_is_damaged_from_the_start(
    tmp_path: Path, write: _Write, broken: bytes | None
) -> None:
    """Nobody calls without a token, no library's error gets out, and what is wrong may pass."""
    access = write(tmp_path, "t-1")
    path = file_of(tmp_path)
    spoil(path, broken)
    ticks = Ticks()
    way = Way(access, pod=tmp_path, ticks=ticks)
    with pytest.raises(TemporaryOutsideError, match=str(path)):
        said_by(way)
    write(tmp_path, "t-1")
    ticks.move_on(LOOK_EVERY)
    assert said_by(way) == "t-1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbft-1", "begins with a byte order mark; save it as plain ASCII text"),
        ("t-1".encode("utf-16"), "is UTF-16; save it as plain ASCII text"),
        ("t-1".encode("utf-16-be"), "holds spaces or control characters inside the token"),
        (b"t-1\nt-2", "holds spaces or control characters inside the token"),
        ("tök".encode(), "is not plain ASCII text"),
        (b" \n", "there is no token in"),
    ],
    ids=["mark", "UTF-16", "UTF-16 without mark", "two lines", "no ASCII", "blank"],
)
def test_says_what_a_token_file_is_when_it_holds_no_token(
    tmp_path: Path, content: bytes, said: str
) -> None:
    """What is wrong with which file, before anything is sent."""
    access = token_file(tmp_path, "t-1")
    file_of(tmp_path).write_bytes(content)
    with pytest.raises(TemporaryOutsideError, match=said) as caught:
        said_by(Way(access))
    assert str(tmp_path / "token") in str(caught.value)


def authority_file(folder: Path, text: str) -> ClusterAccess:
    """Write an authority beside a server."""
    (folder / "ca.crt").write_text(text)
    return ClusterAccess(server="https://10.0.0.1", ca_file=folder / "ca.crt")


@pytest.mark.parametrize("broken", [b"", CA[:200].encode(), (CA + OTHER_CA[:200]).encode(), None])
def test_keeps_last_good_authority_when_file_is_being_replaced(
    tmp_path: Path, broken: bytes | None
) -> None:
    """The old authority is trusted until the new one is whole; then only the new one is."""
    ticks = Ticks()
    way = Way(authority_file(tmp_path, CA), ticks=ticks)
    first = way.route(NOBODY)
    spoil(tmp_path / "ca.crt", broken)
    ticks.move_on(LOOK_EVERY)
    assert way.route(NOBODY) is first
    authority_file(tmp_path, OTHER_CA)
    ticks.move_on(LOOK_EVERY)
    assert trusted_by(way) == [OTHER_CA]


def test_reaches_the_pods_own_cluster_when_its_address_is_ipv6(tmp_path: Path) -> None:
    """The address is put into brackets, and the pod's own authority is trusted."""
    way = Way(account(tmp_path, "t-1"), pod=tmp_path)
    assert (way.route(NOBODY).host, trusted_by(way)) == ("https://[fd00::1]:443", [CA])


def test_keeps_what_was_good_when_a_kubeconfig_asks_for_what_is_not_honoured(
    tmp_path: Path,
) -> None:
    """A kubeconfig that turns bad while we run stops nothing; at a start it is refused."""
    ticks = Ticks()
    way = Way(inline_token(tmp_path, "t-1"), ticks=ticks)
    assert said_by(way) == "t-1"
    plain = {"server": "http://10.0.0.1"}
    access = ClusterAccess(kubeconfig=a_kubeconfig(tmp_path, cluster=plain, user={"token": "t-2"}))
    ticks.move_on(LOOK_EVERY)
    assert said_by(way) == "t-1"
    with pytest.raises(PermanentOutsideError, match="https"):
        Way(access).credential()


def test_reads_what_is_damaged_once_however_often_it_is_asked(tmp_path: Path) -> None:
    """A large file takes a processor for seconds, and other clusters need it."""
    ticks, path, parsed = Ticks(), tmp_path / "file", list[bytes]()

    def parse(content: bytes) -> str:
        parsed.append(content)
        raise TemporaryOutsideError("damaged")

    path.write_bytes(b"x")
    reread = Reread((path,), parse, ticks)
    for _ in range(3):
        with pytest.raises(TemporaryOutsideError, match="damaged"):
            reread.current()
        ticks.move_on(LOOK_EVERY)
        reread.renew()
    assert parsed == [b"x"]


def test_nobody_waits_for_who_reads_a_file_anew(tmp_path: Path) -> None:
    """While one thread reads it, the others go on with what was good."""
    ticks, path, begun, go_on = Ticks(), tmp_path / "file", Event(), Event()

    def parse(content: bytes) -> str:
        if content == b"new":
            begun.set()
            go_on.wait()
        return content.decode()

    path.write_bytes(b"old")
    reread = Reread((path,), parse, ticks)
    assert reread.current() == "old"
    path.write_bytes(b"new")
    ticks.move_on(LOOK_EVERY)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(reread.current)
        begun.wait()
        second = threads.submit(reread.current)
        try:
            assert second.result(timeout=5) == "old"
        finally:
            go_on.set()
    assert first.result() == "new"


def test_waits_for_nobody_who_may_write_into_a_pipe(tmp_path: Path) -> None:
    """What is no file may never end, or never begin."""
    path = tmp_path / "token"
    os.mkfifo(path)
    with pytest.raises(TemporaryOutsideError, match=f"{path} is no file"):
        said_by(Way(ClusterAccess(server="https://10.0.0.1", token_file=path)))
