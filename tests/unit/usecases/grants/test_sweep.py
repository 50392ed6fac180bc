"""Sweeping: with a cluster and nothing else, what must go goes, and nothing else does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.lease import SKEW
from daypass.domain.listed import listed
from daypass.domain.suspicion import Suspicion
from daypass.usecases.grants.sweep import Sweep, Swept
from tests.builders import NOON
from tests.unit.usecases.grants.sweeping import (
    END,
    EVERYTHING,
    KEYLESS,
    SECOND,
    WISH,
    a_trying,
    an_object,
    of_install,
    relabelled,
    swept,
    why,
)


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
    ("early", "gone"), [(SKEW, False), (SKEW + SECOND, True)], ids=["within the skew", "before it"]
)
def test_removes_object_when_it_began_at_a_moment_to_come(early: timedelta, *, gone: bool) -> None:
    """It was granted while time was wrong: nobody can say when it should end."""
    cluster = a_trying(NOON - early)
    cluster.put(an_object())
    result = swept(cluster)
    assert why(result.removed) == ({"k7q2m9x4t1bd-1": Suspicion.TO_COME} if gone else {})


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
    assert swept(cluster, KEYLESS).kept == (listed(kept),)


@pytest.mark.parametrize("wish", [WISH, KEYLESS, EVERYTHING], ids=["key", "no key", "everything"])
def test_leaves_object_alone_when_it_is_another_installs_or_nobodys(wish: Sweep) -> None:
    """Two installs on one cluster never touch each other's objects, nor what has not our label."""
    cluster = a_trying(END + timedelta(days=1))
    theirs = cluster.put(of_install(an_object(1), "other"))
    nobodys = cluster.put(replace(an_object(2), labels={}))
    result = swept(cluster, wish)
    assert cluster.objects == (theirs, nobodys)
    assert result == Swept(foreign=1)


@pytest.mark.parametrize(
    ("wish", "gone"), [(WISH, True), (KEYLESS, False), (EVERYTHING, True)], ids=str
)
def test_removes_what_we_made_whatever_install_it_was_given(wish: Sweep, *, gone: bool) -> None:
    """Its MAC tells, and nothing else does: without the key it is taken for another install's."""
    cluster = a_trying()
    cluster.put(relabelled(an_object(), "other"))
    result = swept(cluster, wish)
    assert (len(cluster.objects), len(result.removed), result.foreign) == (
        (0, 1, 0) if gone else (1, 0, 1)
    )


def test_deletes_nothing_when_it_is_a_rehearsal() -> None:
    """What would go is told and is still there."""
    cluster = a_trying(END + SKEW)
    cluster.put(an_object())
    result = swept(cluster, replace(WISH, rehearsal=True))
    assert why(result.left) == {"k7q2m9x4t1bd-1": Suspicion.PAST_END}
    assert len(cluster.objects) == 1
    assert not result.clean
