"""What was written down in the future is no sign of life."""

from datetime import UTC, datetime, timedelta

import pytest

from daypass.domain.circumstances import Circumstances
from daypass.domain.epoch import Freeze, holding
from daypass.domain.freshness import AHEAD, fresh
from daypass.domain.policy import TIMEKEEPER_SILENCE, interlock
from daypass.domain.reasons import NoTimekeeper
from tests.builders import NOON, a_snapshot
from tests.rules import a_catalog

LONG = timedelta(seconds=10)
MOMENT = timedelta(microseconds=1)
EVERYWHERE = Freeze(by="dan", at=NOON, everywhere=True)
PROD = Freeze(by="dan", at=NOON, clusters=frozenset({"prod"}))
LIFTED = Freeze(by="dan", at=NOON)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), True),
        (LONG, True),
        (LONG + MOMENT, False),
        (-AHEAD, True),
        (-AHEAD - MOMENT, False),
        (-timedelta(days=3650), False),
    ],
)
def test_fresh_is_what_lies_back_a_little(age: timedelta, *, expected: bool) -> None:
    """Clocks differ by a little; more than that was made up, or time has jumped."""
    assert fresh(NOON - age, NOON, LONG) is expected


def test_beat_from_the_future_is_no_timekeeper() -> None:
    """Doubt means no: somebody wrote it there, and nobody would end what is granted now."""
    heard = NOON + timedelta(days=3650)
    given = Circumstances(catalog=a_catalog(), now=NOON, seen={}, timekeeper_at=heard)
    assert list(interlock("prod", given)) == [NoTimekeeper()]
    assert timedelta(0) < TIMEKEEPER_SILENCE


def test_look_from_the_future_is_none() -> None:
    """Nothing is granted on a cluster that nobody looked at."""
    assert not a_snapshot(taken_at=NOON + timedelta(days=3650)).fresh(NOON)


FUTURE = NOON + timedelta(days=1)
WORDS = {
    "nothing is known": (None, None, None),
    "only the mark knows": (PROD, None, PROD),
    "only the store says so": (None, PROD, PROD),
    "a thaw of nothing": (None, LIFTED, LIFTED),
    "a thaw of nothing from the future": (None, Freeze(by="m", at=FUTURE), None),
    "an older one": (PROD, Freeze(by="m", at=NOON - LONG), PROD),
    "a thaw from the future": (PROD, Freeze(by="m", at=FUTURE), PROD),
    "part of a thaw from the future": (
        EVERYWHERE, Freeze(by="m", at=FUTURE, clusters=frozenset({"dev"})), EVERYWHERE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("known", "said", "held"), WORDS.values(), ids=WORDS)
def test_holding_is_the_newest_genuine_word(
    known: Freeze | None, said: Freeze | None, held: Freeze | None
) -> None:
    """Whatever the store has lost, or somebody made up."""
    assert holding(known, said, NOON) == held


@pytest.mark.parametrize("known", [PROD, EVERYWHERE, LIFTED])
def test_holding_believes_a_later_word(known: Freeze) -> None:
    """Also one that stops more from the future: doubt means no."""
    wider = Freeze(by="dan", at=FUTURE, everywhere=True)
    assert holding(known, wider, NOON) == wider
    later = Freeze(by="dan", at=NOON + MOMENT)
    assert holding(known, later, NOON) == later
    # What was said while time was ahead is lifted by what follows it.
    lifted = Freeze(by="dan", at=FUTURE + MOMENT)
    assert holding(wider, lifted, NOON) == lifted


@pytest.mark.parametrize(
    ("at", "later"),
    [
        (NOON - LONG, NOON),
        (NOON, NOON + MOMENT),
        (FUTURE, FUTURE + MOMENT),
        (datetime.max.replace(tzinfo=UTC), NOON + MOMENT),
    ],
)
def test_later_follows_what_was_said(at: datetime, later: datetime) -> None:
    """Of two words the later holds, so the next one never is the earlier."""
    assert Freeze(by="dan", at=at).later(NOON) == later
