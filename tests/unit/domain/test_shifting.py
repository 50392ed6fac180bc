"""What of two looks at a cluster people hear, once and not too often."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daypass.domain.catalog import Selector
from daypass.domain.discovery import Snapshot, Wanted
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import within
from daypass.domain.shift import Shift, Turn
from daypass.domain.shifting import (
    HASTE,
    KEPT,
    MOST,
    QUIET,
    differing,
    news,
    offered,
    points_at,
    resting_on,
    shifted,
)
from tests.builders import NOON, a_catalog, a_group_level, a_level, a_snapshot

VIEW = "ClusterRole/view"
ONE, TWO = Meaning(digest="1"), Meaning(digest="2", risks=(Risk.SECRETS,))
ALL = Meaning(digest="3", risks=(Risk.EVERYTHING,))
ASKED = Wanted(
    cluster_roles=frozenset({"view"}),
    roles=frozenset({"reader"}),
    groups=frozenset({"admins"}),
    namespaces=frozenset({"payments"}),
    choose=("team-*",),
)
GONE = ("Group/admins", Turn.DISAPPEARED)
READER = RoleRef(name="reader", kind=RoleKind.ROLE)


def look(means: Mapping[str, Meaning], at: datetime = NOON, **fields: Any) -> Snapshot:
    """Return a look at all that is asked for, after `at`."""
    here = {"namespaces": frozenset({"payments"}), "asked_for": ASKED}
    return a_snapshot(means=means, taken_at=at, **{**here, **fields})


def after(before: Snapshot, means: Mapping[str, Meaning], wait: timedelta) -> Snapshot:
    """Return a later look, with all said of it that is to be said."""
    seen = look(means, before.taken_at + wait)
    return shifted(before, seen, differing(before, seen), most=MOST)


def turns(kept: Snapshot) -> list[tuple[str, Turn]]:
    """Return what a look says."""
    return [(shift.key, shift.turn) for shift in news(kept)]


@pytest.mark.parametrize(
    ("before", "seen", "differs"),
    [
        (look({VIEW: ONE}), look({VIEW: ONE}), ()),
        (look({VIEW: ONE}), look({VIEW: TWO}), (VIEW,)),
        (look({}), look({VIEW: ONE}), (VIEW,)),
        (look({VIEW: ONE}), look({}), (VIEW,)),
        (look({VIEW: ONE}), look({}, unread=frozenset({VIEW})), (VIEW,)),
        (look({}, unread=frozenset({VIEW})), look({VIEW: ONE}), (VIEW,)),
        (look({}, unread=frozenset({VIEW})), look({}, unread=frozenset({VIEW})), ()),
        (look({"Group/admins": ONE}), look({}), ("Group/admins",)),
        (look({}, namespaces=frozenset()), look({}), ("Namespace/payments",)),
        (look({"Role/team-a/reader": ONE}), look({}), ("Role/team-a/reader",)),
        (look({"Role/team-a/reader": ONE}, left_out=1), look({}), ()),
        (look({"Role/payments/reader": ONE}, left_out=1), look({}), ("Role/payments/reader",)),
        (look({}, asked_for=Wanted()), look({VIEW: ONE}), ()),
        (look({VIEW: ONE}), look({}, asked_for=Wanted()), ()),
        (look({}), look({"Odd/thing": ONE}), ()),
    ],
    ids=[
        "the same", "changed", "came", "went", "too long", "short again", "long still", "group",
        "namespace", "chosen", "left out", "named", "not asked before", "not asked now",
        "of no kind",
    ],
)  # fmt: skip
def test_differing_is_what_both_looks_would_have_seen(
    before: Snapshot, seen: Snapshot, differs: Collection[str]
) -> None:
    """A new level, or a look by another configuration, makes nothing appear or disappear."""
    assert differing(before, seen) == set(differs)


def test_shifts_are_said_once() -> None:
    """What people heard they do not hear again, and it stays known."""
    first = after(look({VIEW: ONE}), {VIEW: TWO}, timedelta(seconds=1))
    assert turns(first) == [(VIEW, Turn.CHANGED)]
    again = after(first, {VIEW: TWO}, timedelta(seconds=1))
    assert (turns(again), again.shifts) == ([], first.shifts)
    assert after(again, {VIEW: TWO}, KEPT).shifts == ()


def test_what_is_too_much_to_be_read_is_not_gone_and_loses_no_risk() -> None:
    """Who has it may do more than before: nobody knows."""
    before = look({VIEW: TWO})
    seen = look({}, NOON + timedelta(seconds=1), unread=frozenset({VIEW}))
    [shift] = news(shifted(before, seen, differing(before, seen), most=MOST))
    assert (shift.turn, shift.gained, shift.lost) == (Turn.UNREADABLE, (), ())


def test_a_role_that_flaps_is_heard_of_twice_a_minute_and_then_as_it_is() -> None:
    """The last word wins and is true; back to what people know is no news."""
    kept, heard = look({VIEW: ONE}), 0
    for nth in range(600):
        kept = after(kept, {VIEW: TWO} if nth % 2 else {}, timedelta(milliseconds=100))
        heard += len(news(kept))
    assert heard == 2
    back = after(kept, {VIEW: TWO}, QUIET)
    assert turns(back) == []
    assert turns(after(back, {}, QUIET)) == [(VIEW, Turn.DISAPPEARED)]


def test_a_role_becomes_too_much_to_be_read_soon_after_it_was_said_to_be_harmless() -> None:
    """It may lead to anything."""
    first = after(look({VIEW: ONE}), {VIEW: Meaning(digest="4")}, timedelta(seconds=1))
    seen = look({}, first.taken_at + HASTE, unread=frozenset({VIEW}))
    [shift] = news(shifted(first, seen, differing(first, seen), most=MOST))
    assert shift.turn is Turn.UNREADABLE


def test_who_changes_a_role_back_each_minute_does_not_hide_what_it_leads_to() -> None:
    """A harmless word, said just when another may be, would be all that people hear."""
    kept, said, wait = look({VIEW: ONE}), list[Shift](), timedelta(seconds=1)
    for nth in range(600):
        harmless = Meaning(digest=f"harmless {nth}")
        kept = after(kept, {VIEW: TWO if nth % 60 else harmless}, wait)
        said += news(kept)
    led = [shift.at for shift in said if Risk.SECRETS in shift.gained]
    assert led[0] == said[0].at + HASTE
    assert len(led) > 600 / 60 / 3
    assert len(said) < 2 * 600 / 60


def test_what_it_was_just_said_not_to_lead_to_any_more_is_said_soon_when_it_does_again() -> None:
    """It hid for seventy seconds, for it had led there before."""
    harmless = after(look({VIEW: TWO}), {VIEW: ONE}, timedelta(seconds=1))
    assert [shift.lost for shift in news(harmless)] == [(Risk.SECRETS,)]
    assert turns(after(harmless, {VIEW: TWO}, timedelta(seconds=1))) == []
    [again] = news(after(harmless, {VIEW: TWO}, HASTE))
    assert again.gained == (Risk.SECRETS,)
    seen = look({}, harmless.taken_at + HASTE, unread=frozenset({VIEW}))
    hidden = replace(harmless, shifts=(replace(again, was=TOO_MUCH, now=ONE, at=NOON),))
    [unread] = news(shifted(hidden, seen, differing(hidden, seen), most=MOST))
    assert unread.turn is Turn.UNREADABLE


def test_a_role_that_flaps_slowly_is_heard_of_no_more_than_twice_in_seventy_seconds() -> None:
    """That it leads nowhere any more waits; that it leads there again does not."""
    kept, heard = look({VIEW: ONE}), 0
    for nth in range(700):
        kept = after(kept, {VIEW: TWO if nth % 2 else ONE}, timedelta(seconds=1))
        heard += len(news(kept))
    assert 18 <= heard <= 21


def test_what_changed_within_the_quiet_is_said_after_it() -> None:
    """Nothing is forgotten because something was just said."""
    first = after(look({VIEW: ONE}), {}, timedelta(seconds=1))
    second = after(first, {VIEW: TWO}, timedelta(seconds=1))
    assert (turns(first), turns(second)) == ([(VIEW, Turn.DISAPPEARED)], [])
    third = after(second, {VIEW: TWO}, QUIET)
    assert news(third) == (Shift(key=VIEW, at=third.taken_at, was=None, now=TWO),)


def test_more_than_people_can_read_waits_and_is_said_later() -> None:
    """A bound on what is said loses nothing that is still so."""
    before = look({VIEW: ONE, "Group/admins": ONE})
    seen = look({}, NOON + timedelta(seconds=1))
    kept = shifted(before, seen, differing(before, seen), most=1)
    assert turns(kept) == [(VIEW, Turn.DISAPPEARED)]
    later = look({}, NOON + 2 * QUIET)
    assert turns(shifted(kept, later, differing(kept, later), most=1)) == [GONE]
    back = look({"Group/admins": ONE}, NOON + timedelta(seconds=2))
    assert [shift.key for shift in shifted(kept, back, (), most=1).shifts] == [VIEW]


FLAPPING = tuple(f"Role/team-{nth:02d}/reader" for nth in range(MOST))
OTHER = "Role/team-other/reader"
OF_ALL = frozenset(key.split("/")[1] for key in (*FLAPPING, OTHER))
LEADING = tuple(Meaning(digest=f"{risk}", risks=(risk,)) for risk in list(Risk)[2:5])


@pytest.mark.parametrize("every", [1, 10])
def test_who_changes_as_much_as_is_said_hides_nothing_and_takes_no_word_back(every: int) -> None:
    """They take turns: what nobody heard of comes before what flaps, however much that leads to."""
    kept = look(dict.fromkeys((*FLAPPING, OTHER), ONE), namespaces=OF_ALL)
    said, known = list[Shift](), set[str]()
    for nth in range(1, 300):
        flaps = dict.fromkeys(FLAPPING, LEADING[nth // every % len(LEADING)])
        other = {OTHER: TWO if nth > every else ONE}
        seen = look({**flaps, **other}, NOON + timedelta(seconds=nth), namespaces=OF_ALL)
        kept = shifted(kept, seen, differing(kept, seen), most=MOST)
        said += news(kept)
        known |= {shift.key for shift in said}
        assert {shift.key for shift in kept.shifts if shift.said} == known
    assert [shift.gained for shift in said if shift.key == OTHER] == [TWO.risks]
    for first in said:
        within_quiet = {one.key for one in said if timedelta(0) <= one.at - first.at < QUIET}
        assert len(within_quiet) <= MOST
    assert len(said) <= 300 // 60 * MOST * (QUIET + HASTE) / QUIET


def test_nothing_is_said_of_what_nobody_points_at() -> None:
    """People need not know, and a later look begins from what is."""
    seen = look({VIEW: TWO})
    kept = shifted(look({VIEW: ONE}), replace(seen, taken_at=NOON + QUIET), (), most=MOST)
    assert kept.shifts == ()


@pytest.mark.parametrize(
    ("was", "now", "gained", "lost"),
    [
        (ONE, TWO, (Risk.SECRETS,), ()),
        (TWO, None, (), (Risk.SECRETS,)),
        (TWO, ALL, (Risk.EVERYTHING,), ()),
        (ALL, TWO, (), (Risk.EVERYTHING,)),
        (None, ONE, (), ()),
    ],
)
def test_shift_says_which_risks_came_and_went(
    was: Meaning | None, now: Meaning | None, gained: tuple[Risk, ...], lost: tuple[Risk, ...]
) -> None:
    """Of everything nothing else is said."""
    shift = Shift(key=VIEW, at=NOON, was=was, now=now)
    assert (shift.gained, shift.lost) == (gained, lost)


def test_a_level_rests_on_its_role_its_group_and_its_namespaces() -> None:
    """What people choose themselves counts only where somebody has chosen it."""
    chosen = a_level("c", role=READER, namespaces=(), choose=("team-*",))
    wide = a_level("w", namespaces=(), choose=("team-*",))
    assert offered(a_level()) == {VIEW, "Namespace/payments"}
    assert [*offered(chosen), *offered(wide)] == [VIEW]
    assert points_at(chosen, within("team-a")) == {"Role/team-a/reader", "Namespace/team-a"}
    elsewhere = a_level("d", clusters=Selector(names=("dev",)))
    catalog = a_catalog(
        levels=(
            a_level("a"),
            a_group_level("g"),
            elsewhere,
        )
    )
    assert resting_on(VIEW, catalog, "prod") == ("a",)
    assert resting_on(VIEW, catalog, "nowhere") == ()
