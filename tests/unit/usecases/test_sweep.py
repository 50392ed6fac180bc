"""Sweeping: with a cluster and nothing else, what must go goes, and nothing else does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import (
    EXPIRES_AT,
    INSTALL,
    MAC,
    MANAGED_BY,
    Deed,
    GrantObject,
    fix_attempt,
    planned,
    with_end,
)
from daypass.domain.ids import LeaseId
from daypass.domain.lease import SKEW, ObjectRef
from daypass.domain.suspicion import Suspicion
from daypass.usecases.sweep import CAME, HELD, PORTION, SILENT, Deletion, Sweep, Swept, sweep
from tests.builders import KEY, NOON, a_catalog, a_lease, a_level, one_after_another

WISH = Sweep(install="main", cluster="prod", key=KEY)
KEYLESS = replace(WISH, key=None)
EVERYTHING = replace(WISH, everything=True)
END = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Trying(MemoryCluster):
    """A cluster at which something happens when it is asked to delete, or was listed."""

    on_list: Callable[[], None] = staticmethod(lambda: None)
    on_delete: Callable[[ObjectRef], bool] = staticmethod(lambda _: True)
    """Returns whether the object really goes."""

    def ours(self) -> Iterator[GrantObject]:
        """List, then let it happen."""
        yield from super().ours()
        self.on_list()

    def delete(self, ref: ObjectRef) -> None:
        """Delete if it is let."""
        if self.on_delete(ref):
            super().delete(ref)


def a_trying(at: datetime = NOON) -> Trying:
    return Trying("prod", lambda: at, namespaces=("payments",))


def an_object(number: int = 1, **said: str) -> GrantObject:
    """Return what the lease k7q2m9x4t1bd-NUMBER is on prod, until END; `end`, `mac` after that."""
    lease = a_lease(id=LeaseId(f"k7q2m9x4t1bd-{number}"))
    prod = a_catalog().clusters["prod"]
    deed = Deed(lease=lease, level=a_level(), cluster=prod, install="main", key=KEY)
    (found,) = planned(deed, fix_attempt(lease, a_level(), NOON))
    names = {"end": EXPIRES_AT, "mac": MAC}
    new = {names[name]: text for name, text in said.items()}
    return replace(found, annotations={**found.annotations, **new})


def of_install(found: GrantObject, install: str) -> GrantObject:
    return replace(found, labels={**found.labels, INSTALL: install})


def swept(cluster: MemoryCluster, wish: Sweep = WISH) -> Swept:
    return sweep(wish, cluster, one_after_another)


def why(deletions: tuple[Deletion, ...]) -> dict[str, Suspicion]:
    return {one.found.lease: one.why for one in deletions}


@pytest.mark.parametrize(
    ("past", "gone"),
    [
        (-timedelta(minutes=30), False),
        (-SECOND, False),
        (timedelta(0), False),
        (SKEW - SECOND, False),
        (SKEW, True),
        (timedelta(days=400), True),
    ],
    ids=["long before", "just before", "at", "within the skew", "after the skew", "long after"],
)
def test_removes_object_when_it_is_past_its_end(past: timedelta, *, gone: bool) -> None:
    """Law 3: never before its end by either clock, and never longer than the clocks may differ."""
    cluster = a_trying(END + past)
    cluster.put(an_object())
    result = swept(cluster)
    assert why(result.removed) == ({"k7q2m9x4t1bd-1": Suspicion.PAST_END} if gone else {})
    assert len(result.kept) == len(cluster.objects) == (0 if gone else 1)
    assert result.clean


@pytest.mark.parametrize(
    ("found", "wish", "reason"),
    [
        (an_object(end=""), KEYLESS, Suspicion.ENDLESS),
        (an_object(end="never"), WISH, Suspicion.ENDLESS),
        (an_object(end="2099-01-01T00:00:00Z"), WISH, Suspicion.FORGED),
        (an_object(mac=""), WISH, Suspicion.FORGED),
        (replace(an_object(), labels={MANAGED_BY: "daypass"}), WISH, Suspicion.FORGED),
        (an_object(), replace(WISH, cluster="dev"), Suspicion.FORGED),
        (an_object(), EVERYTHING, Suspicion.UNWANTED),
        (an_object(end=""), replace(EVERYTHING, key=None), Suspicion.UNWANTED),
    ],
    ids=[
        "no end", "end is no time", "in 2099", "no mac", "of no install", "of another cluster",
        "everything", "everything, without a key",
    ],
)  # fmt: skip
def test_removes_object_when_nothing_of_ours_is_like_it(
    found: GrantObject, wish: Sweep, reason: Suspicion
) -> None:
    """Law 1: what has no end, what was forged, and on the worst day everything."""
    cluster = a_trying()
    cluster.put(found)
    result = swept(cluster, wish)
    assert [one.why for one in result.removed] == [reason]
    assert cluster.objects == ()


@pytest.mark.parametrize(
    "found",
    [an_object(mac="00"), an_object(end="2099-01-01T00:00:00Z")],
    ids=["no seal of ours", "in 2099"],
)
def test_keeps_forgery_until_its_end_when_there_is_no_key(found: GrantObject) -> None:
    """Without the key nothing is called forged: what is genuine must not go for want of it."""
    cluster = a_trying()
    kept = cluster.put(found)
    assert swept(cluster, KEYLESS).kept == (kept,)


@pytest.mark.parametrize("wish", [WISH, KEYLESS, EVERYTHING], ids=["key", "no key", "everything"])
def test_leaves_object_alone_when_it_is_another_installs_or_nobodys(wish: Sweep) -> None:
    """Two installs on one cluster never touch each other's objects, nor what has not our label."""
    cluster = a_trying(END + timedelta(days=1))
    theirs = cluster.put(of_install(an_object(1), "other"))
    nobodys = cluster.put(replace(an_object(2), labels={}))
    result = swept(cluster, wish)
    assert cluster.objects == (theirs, nobodys)
    assert result == Swept(foreign=1)


def test_removes_the_others_when_one_is_refused() -> None:
    """Law 10: whoever protects one object saves no other, and it is told."""
    cluster = a_trying(END + SKEW)

    def refuse_first(ref: ObjectRef) -> bool:
        if "bd-1-" in ref.name:
            raise PermanentOutsideError("somebody's webhook says no")
        return True

    cluster.on_delete = refuse_first
    for number in (1, 2, 3):
        cluster.put(an_object(number))
    result = swept(cluster)
    assert set(why(result.removed)) == {"k7q2m9x4t1bd-2", "k7q2m9x4t1bd-3"}
    assert [(one.found.lease, one.refusal) for one in result.left] == [
        ("k7q2m9x4t1bd-1", "somebody's webhook says no")
    ]
    assert not result.clean


def test_says_so_when_deleted_object_stays() -> None:
    """Law 4: a yes to a DELETE is no proof; a finalizer keeps the object, and it grants."""
    cluster = a_trying(END + SKEW)
    cluster.on_delete = lambda _: False
    cluster.put(an_object())
    result = swept(cluster)
    assert [one.refusal for one in result.left] == [HELD]
    assert result.removed == ()


def test_says_so_when_something_came_meanwhile() -> None:
    """A worker that still grants is seen at the second look: nothing is called clean."""
    cluster = a_trying()
    cluster.put(an_object(1))
    cluster.on_delete = lambda _: bool(cluster.put(an_object(2)))
    result = swept(cluster, EVERYTHING)
    assert set(why(result.removed)) == {"k7q2m9x4t1bd-1"}
    assert [one.refusal for one in result.left] == [CAME]


def test_counts_as_removed_when_the_answer_was_lost_and_it_is_gone() -> None:
    """What the second look does not find is gone, whatever became of the answer."""
    cluster = a_trying(END + SKEW)
    cluster.lossy = True
    cluster.put(an_object())
    result = swept(cluster)
    assert [one.refusal for one in result.removed] == [""]
    assert result.clean


def test_spares_object_when_it_was_extended_since_it_was_listed() -> None:
    """A fresh read decides, not the list: its end moved meanwhile."""
    cluster = a_trying(END + SKEW)
    found = cluster.put(an_object())
    later = with_end(found, END + timedelta(hours=1), cluster="prod", key=KEY)
    cluster.on_list = lambda: cluster.annotate(found, later) if found in cluster.objects else None
    result = swept(cluster)
    assert [one.ref for one in result.kept] == [found.ref]
    assert result.clean


def test_deletes_by_the_uid_that_it_read_when_object_was_replaced() -> None:
    """An object of the same name is judged for itself, and is deleted by its own uid."""
    cluster = a_trying(END + SKEW)
    first = cluster.put(an_object())
    again: list[GrantObject] = []

    def replace_once() -> None:
        if not again:
            again.append(cluster.put(an_object()))

    cluster.on_list = replace_once
    result = swept(cluster)
    assert [one.found for one in result.removed] == again
    assert again[0].ref.uid != first.ref.uid


@pytest.mark.parametrize("what", ["gone", "unlabelled"])
def test_leaves_it_when_it_is_gone_or_no_longer_bears_our_label(what: str) -> None:
    """Somebody else saw to it meanwhile; what is not ours is never deleted."""
    cluster = a_trying(END + SKEW)
    found = cluster.put(an_object())

    def change() -> None:
        cluster.remove(found.ref)
        if what == "unlabelled":
            cluster.put(replace(found, labels={}))

    cluster.on_list = change
    assert swept(cluster) == Swept()
    assert len(cluster.objects) == (1 if what == "unlabelled" else 0)


@pytest.mark.parametrize("wish", [WISH, EVERYTHING], ids=["past their end", "everything"])
def test_says_why_when_the_cluster_is_away(wish: Sweep) -> None:
    """Nothing is called clean that was not looked at."""
    cluster = a_trying()
    cluster.down = True
    result = swept(cluster, wish)
    assert result == Swept(failed="prod: unreachable")
    assert not result.clean


def test_removes_what_it_saw_when_the_list_breaks_off() -> None:
    """Law 10: half a list is better than none, and the failure is told."""
    cluster = a_trying(END + SKEW)
    cluster.put(an_object())

    def break_off() -> None:
        raise TemporaryOutsideError("prod: the connection broke")

    cluster.on_list = break_off
    result = swept(cluster)
    assert set(why(result.removed)) == {"k7q2m9x4t1bd-1"}
    assert result.failed == "prod: the connection broke"


def test_believes_no_refusal_gone_when_the_second_look_fails() -> None:
    """What the cluster did not say was deleted, and what nobody saw gone, is left."""
    cluster = a_trying(END + SKEW)

    def away_after_first(ref: ObjectRef) -> bool:
        cluster.down = "bd-2-" in ref.name
        return True

    cluster.on_delete = away_after_first
    for number in (1, 2):
        cluster.put(an_object(number))
    result = swept(cluster)
    assert set(why(result.removed)) == {"k7q2m9x4t1bd-1"}
    assert [one.refusal for one in result.left] == ["prod: unreachable"]
    assert result.failed == "prod: unreachable"


@pytest.mark.parametrize("answers", [False, True], ids=["silent", "refusing"])
def test_waits_for_no_thousand_answers_when_the_cluster_fell_silent(*, answers: bool) -> None:
    """What was not tried is left, and told; a cluster that answers "no" is asked for each."""
    cluster = a_trying(END + SKEW)
    asked: list[ObjectRef] = []

    def fail(ref: ObjectRef) -> bool:
        asked.append(ref)
        cluster.down = not answers
        raise PermanentOutsideError("no")

    cluster.on_delete = fail
    for number in range(2 * PORTION):
        cluster.put(an_object(number))
    result = swept(cluster)
    assert len(result.left) == 2 * PORTION
    assert len(asked) == (2 * PORTION if answers else 1)
    assert [one.refusal for one in result.left].count(SILENT) == (0 if answers else PORTION)
    assert not result.clean


def test_deletes_nothing_when_it_is_a_rehearsal() -> None:
    """What would go is told and is still there."""
    cluster = a_trying(END + SKEW)
    cluster.put(an_object())
    result = swept(cluster, replace(WISH, rehearsal=True))
    assert why(result.left) == {"k7q2m9x4t1bd-1": Suspicion.PAST_END}
    assert len(cluster.objects) == 1
    assert not result.clean
