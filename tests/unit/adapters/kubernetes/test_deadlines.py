"""An answer is there as a whole in time, or is none: a byte now and then holds no thread."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest

from daypass.adapters.kubernetes.deadlines import Until
from daypass.domain.errors import TemporaryOutsideError
from tests.unit.adapters.kubernetes.canned import DRIPS, EACH, Canned
from tests.unit.adapters.kubernetes.served import REF, a_cluster, stored

SOON = timedelta(seconds=DRIPS * EACH / 10)

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Two ends of a connection; the second waits 5 s for what it reads."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        yield ours, theirs


@pytest.mark.parametrize("comes", ["head", "body"])
def test_answer_that_drips_is_none(comes: Literal["head", "body"]) -> None:
    """Law 3: the thread that waits for it is one of those that bring about everybody's ends."""
    with (
        a_cluster(Canned(body=stored(), comes=comes), within=SOON) as (cluster, _),
        pytest.raises(TemporaryOutsideError, match="does not answer in time"),
    ):
        cluster.read(REF)


@pytest.mark.parametrize("comes", ["head", "body"])
def test_write_is_unknown_when_its_answer_drips(comes: Literal["head", "body"]) -> None:
    """It may have happened, as with one that never came."""
    with (
        a_cluster(Canned(body=stored(), comes=comes), within=SOON) as (cluster, _),
        pytest.raises(TemporaryOutsideError) as said,
    ):
        cluster.delete(REF)
    assert said.value.unknown


@pytest.mark.parametrize("comes", ["head", "body"])
def test_probe_that_drips_is_not_answered(comes: Literal["head", "body"]) -> None:
    """A cluster that says so little is away."""
    with a_cluster(within=SOON) as (cluster, server):
        server.readiness_comes = comes
        with pytest.raises(TemporaryOutsideError, match="does not answer in time"):
            cluster.probe()


def test_connection_is_used_again_with_all_its_time() -> None:
    """What one answer took is not taken off the next one's time."""
    answers = [Canned(body=stored())] * 3
    with a_cluster(*answers) as (cluster, server):
        for _ in answers:
            assert cluster.read(REF) is not None
    assert len({one.peer for one in server.asked}) == 1


def test_waits_no_longer_than_is_left(pair: Pair) -> None:
    """Each byte that comes leaves less time for those that have not."""
    ours, theirs = pair
    now = [100.0]
    read = Until(theirs, lambda: now[0])
    for _ in range(4):
        ours.send(b"x")
        now[0] += 1
        assert read.read(1) == b"x"
    assert theirs.gettimeout() == 1
    ours.send(b"x")
    now[0] += 1
    with pytest.raises(TimeoutError, match="not whole in time"):
        read.read(1)
    read.close()


def test_waits_for_ever_when_nobody_says_how_long(pair: Pair) -> None:
    """As a socket without a time-out does."""
    ours, theirs = pair
    theirs.settimeout(None)
    read = Until(theirs, lambda: 0.0)
    ours.send(b"x")
    assert read.readable()
    assert read.read(1) == b"x"
    assert theirs.gettimeout() is None
    read.close()
