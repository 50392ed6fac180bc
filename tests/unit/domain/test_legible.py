"""Nothing may be asked for that whoever approves it could not read as a whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.legible import MOST_LEVELS, MOST_NAMED, illegible
from daypass.domain.policy import NeedsApproval, Refused, judge
from daypass.domain.reasons import TooManyLevels, TooManyNamespaces
from daypass.domain.request import Item
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from daypass.usecases.shared.judging import circumstances
from tests.builders import a_catalog, a_level, a_snapshot, a_world, an_ask


def an_item(level: str, scope: Scope) -> Item:
    """Return a level in a place."""
    return Item(level=level, scope=scope, workflow="production")


def many(count: int, length: int = 20) -> Scope:
    """Return a scope of so many namespaces with names of that length."""
    return within(*(f"{n:04}".ljust(length, "x") for n in range(count)))


def test_sixty_one_namespaces_may_be_asked_for() -> None:
    """What teams have is far below the bound."""
    assert not list(illegible([an_item("team-view", many(61))]))


@given(st.integers(min_value=1, max_value=400), st.integers(min_value=4, max_value=63))
def test_number_that_fits_is_the_most_that_fits(count: int, length: int) -> None:
    """The refusal gives a number that is let through, and one more is not."""
    [*refused] = illegible([an_item("debug", many(count, length))])
    if not refused:
        assert count * length <= MOST_NAMED
        return
    assert isinstance(refused[0], TooManyNamespaces)
    assert refused[0].given == count
    assert not list(illegible([an_item("debug", many(refused[0].fit, length))]))
    assert list(illegible([an_item("debug", many(refused[0].fit + 1, length))]))


def test_levels_are_counted() -> None:
    """Fifteen lines can be read; with sixteen the number that fits is said."""
    levels = [an_item(f"l{n}", CLUSTER_WIDE) for n in range(MOST_LEVELS + 1)]
    assert not list(illegible(levels[1:]))
    assert list(illegible(levels)) == [TooManyLevels(given=MOST_LEVELS + 1, most=MOST_LEVELS)]


def test_one_place_for_all_levels_is_counted_once() -> None:
    """It is said once; places that differ are said for each level."""
    same = [an_item(f"l{n}", many(60)) for n in range(5)]
    assert not list(illegible(same))
    assert list(illegible([*same, an_item("other", CLUSTER_WIDE)]))


def test_names_that_no_cluster_has_count_more() -> None:
    """A character that must be escaped may take five, so that the bound holds for any text."""
    odd = [an_item("&" * (MOST_NAMED // 5 + 1), CLUSTER_WIDE)]
    [reason] = illegible(odd)
    assert str(reason).startswith("Those names are longer")


@pytest.mark.parametrize("asked", [(), tuple(f"team-{n:03}-backend" for n in range(100))])
def test_judge_refuses_what_is_too_much_to_read(asked: tuple[str, ...]) -> None:
    """A level of 300 namespaces is refused with the number that fits, narrowed it is asked for."""
    names = tuple(f"team-{n:03}-backend" for n in range(300))
    catalog = replace(a_catalog(), levels=(a_level("team-view", namespaces=names),))
    seen = {"prod": a_snapshot(namespaces=frozenset(names))}
    given = replace(circumstances("prod", a_world(catalog).ask), seen=seen)
    verdict = judge(an_ask(levels=("team-view",), namespaces=asked), given)
    if asked:
        assert isinstance(verdict, NeedsApproval)
    else:
        assert isinstance(verdict, Refused)
        assert "138 namespaces fit" in str(verdict.reasons[0])
