"""Sweeping where the cluster refuses, changes meanwhile, or falls silent (law 10)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import Ends, GrantObject, with_ends
from daypass.domain.lease import CUT, SKEW, ObjectRef
from daypass.usecases.grants.sweep import CAME, HELD, PORTION, SILENT, Sweep, Swept, sweep
from tests.builders import KEY, one_after_another
from tests.unit.usecases.grants.sweeping import (
    END,
    EVERYTHING,
    WISH,
    a_trying,
    an_object,
    swept,
    why,
)
from tests.unit.usecases.scenes import Failing


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
    later = with_ends(
        found, Ends(expires_at=END + timedelta(hours=1), said_at=END), cluster="prod", key=KEY
    )
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
    assert [one.found.ref for one in result.removed] == [one.ref for one in again]
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


def test_sweeps_names_that_fit_no_address_last_and_one_by_one() -> None:
    """Each costs lists of all that is there: what is overdue elsewhere does not wait for them."""
    cluster = a_trying(END + SKEW)
    odd = an_object(1)
    cluster.put(replace(odd, ref=replace(odd.ref, name=f"odd{CUT}")))
    cluster.put(an_object(2))
    deleted, shared = list[str](), list[int]()

    def note(ref: ObjectRef) -> bool:
        deleted.append(ref.name[:3])
        return True

    cluster.on_delete = note

    def each(do: Callable[[Any], Any], things: Sequence[Any]) -> Sequence[Any]:
        shared.append(len(things))
        return one_after_another(do, things)

    assert len(sweep(WISH, cluster, each).removed) == 2
    assert (deleted, shared) == (["day", "odd"], [1])


def test_every_namespace_has_its_turn() -> None:
    """Of thousands in one, each of which takes a time-out, the switch would come to no other."""
    cluster = a_trying(END + SKEW)
    for number in range(1, 31):
        one = an_object(number)
        cluster.put(replace(one, ref=replace(one.ref, namespace="crowded")))
    cluster.put(an_object(31))
    tried = list[str]()

    def note(ref: ObjectRef) -> bool:
        tried.append(ref.namespace)
        return True

    cluster.on_delete = note
    assert len(swept(cluster).removed) == 31
    assert tried[:2] == ["crowded", "payments"]


def test_believes_no_refusal_gone_when_it_cannot_be_looked_at() -> None:
    """Law 4: it is not listed any more, and nobody knows whether it is there."""
    cluster = a_trying(END + SKEW)
    found = cluster.put(an_object())
    cluster.on_list = lambda: cluster.remove(found.ref)
    blind: Any = Failing(cluster, "read", PermanentOutsideError("forbidden"), lambda _: True)
    assert [one.refusal for one in sweep(WISH, blind, one_after_another).left] == ["forbidden"]
