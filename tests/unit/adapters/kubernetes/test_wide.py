"""Answers that are far larger than ours: of all that threads ask for one at a time is held."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Any, Final

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.errors import TooMuchError
from daypass.adapters.kubernetes.wide import MOST_BYTES, NARROW, Wide
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.roles import RoleKind, RoleRef
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import PLANNED, REF, a_cluster, stored

FILL: Final = "x" * NARROW
NEWEST: Final = Canned(body={"items": [], "metadata": {"resourceVersion": "70"}})
FAT: Final = {**stored(), "metadata": {**stored()["metadata"], "resourceVersion": "71", "x": FILL}}
RULE: Final = {"verbs": ["create"], "apiGroups": [""], "resources": ["pods"]}
ROLE: Final = {"rules": [RULE], "metadata": {"name": "reader", "x": FILL}}
EVENT: Final = json.dumps({"type": "ADDED", "object": FAT})
READER: Final = replace(PLANNED, role=RoleRef(kind=RoleKind.ROLE, name="reader"))


def reads(cluster: ApiCluster) -> object:
    return cluster.read(REF)


def reads_role(cluster: ApiCluster) -> object:
    return cluster.questions(READER)


def means(cluster: ApiCluster) -> object:
    return cluster.means(["Role/payments/reader"])


def watches(cluster: ApiCluster) -> object:
    return list(cluster.watch("RoleBinding", "5"))


def of_roles(cluster: ApiCluster) -> Wide:
    return cluster._roles._wide


WAYS: Final = [
    (reads, lambda cluster: cluster._objects, [Canned(body=FAT)] * 2),
    (reads_role, of_roles, [Canned(body=ROLE)] * 2),
    (means, of_roles, [Canned(body=ROLE)] * 2),
    (watches, lambda cluster: cluster._api.streams, [NEWEST, Canned(text=f"{EVENT}\n")]),
]


@pytest.mark.parametrize(("does", "held", "answers"), WAYS, ids=[one[0].__name__ for one in WAYS])
def test_waits_for_whoever_holds_something_as_large(
    does: Callable[[ApiCluster], object],
    held: Callable[[ApiCluster], Wide],
    answers: list[Canned],
) -> None:
    """Whoever may write in a namespace fills names and rules; there are dozens of threads."""
    done: list[Any] = []
    with a_cluster(*answers) as (cluster, server):
        second = Thread(target=lambda: done.append(does(cluster)))
        with held(cluster).text(NARROW + 1):
            second.start()
            second.join(0.3)
            assert done == []
        second.join(10)
        assert len(done) == 1
        assert done[0]
        assert not server.answers


def test_role_is_read_once_by_whoever_waited_for_it() -> None:
    """Its rules take a third of a second to read, which nobody else computes in."""
    done: list[Any] = []
    with a_cluster(*[Canned(body=ROLE)] * 9) as (cluster, server):
        threads = [Thread(target=lambda: done.append(reads_role(cluster))) for _ in range(8)]
        with of_roles(cluster).text(NARROW + 1):
            for thread in threads:
                thread.start()
            while len(server.asked) < len(threads):  # Each found that it is too much.
                threads[0].join(0.01)
        for thread in threads:
            thread.join(10)
        assert len(done) == len(threads)
        assert len(server.asked) == len(threads) + 1


def test_what_is_narrow_waits_for_nobody() -> None:
    """Ours are: no end waits because of what somebody else wrote."""
    with a_cluster(Canned(body=stored())) as (cluster, _), cluster._objects.text(NARROW + 1):
        assert cluster.read(REF) is not None


def test_ends_do_not_wait_long_for_others_that_are_slow() -> None:
    """Law 3: whoever makes them large may make each as slow as a call may be."""

    def asked(most: int) -> int:
        if most == NARROW:
            raise TooMuchError("too much")
        return most

    wide = Wide()
    with (
        wide.text(NARROW + 1),
        pytest.raises(TemporaryOutsideError, match="too much, as have others"),
        wide.answer(asked, within=0),
    ):
        pass
    with wide.answer(asked, within=0) as said:
        assert said == MOST_BYTES


def test_what_is_too_much_even_alone_lets_the_next_one_in() -> None:
    """Whoever fails holds nothing any more."""

    def too_much(most: int) -> str:
        raise TooMuchError(str(most))

    wide, asked = Wide(), list[int]()
    for _ in range(2):
        with pytest.raises(TooMuchError, match=str(MOST_BYTES)), wide.answer(too_much):
            pass
    with suppress(TooMuchError), wide.answer(asked.append):
        pass
    assert asked == [NARROW]
