"""The audit trail's chain: whatever is done to what was written, it shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daypass.domain.trail import Checkpoint, Entry, place, sealed
from daypass.domain.verification import MOST_FAULTS, Piece, Report, verify
from tests.builders import KEY, NOON

BODIES = st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=4), min_size=1, max_size=5)
Blocks = list[tuple[Checkpoint, list[Entry]]]


def chained(bodies: Sequence[Sequence[bytes]]) -> Blocks:
    """Return checkpoints, each with events of these bodies."""
    blocks, number = Blocks(), 0
    for block in bodies:
        entries = []
        for body in block:
            number += 1
            entries.append(Entry(id=f"{1_000 + number}-0", body=body))
        last = blocks[-1][0] if blocks else None
        at = NOON + timedelta(seconds=number)
        blocks.append((sealed(last, entries, at=at, key=KEY), entries))
    return blocks


def told(blocks: Blocks) -> list[Piece]:
    """Return them as a trail is told."""
    pieces = list[Piece]()
    for made, entries in blocks:
        pieces += [made, *entries]
    return pieces


def judged(pieces: Sequence[Piece], head: str = "") -> Report:
    return verify(pieces, KEY, head=head)


@given(BODIES, st.lists(st.binary(max_size=9), max_size=3))
def test_trail_that_nobody_touched_has_no_fault(
    bodies: list[list[bytes]], later: list[bytes]
) -> None:
    """What was written is found right, and what no checkpoint covers yet is counted apart."""
    blocks = chained(bodies)
    loose = [Entry(id=f"{9_000 + n}-0", body=body) for n, body in enumerate(later)]
    found = judged([*told(blocks), *loose], blocks[0][0].hash)
    assert found.faults == ()
    assert (found.events, found.uncovered) == (sum(map(len, bodies)), len(later))
    assert (found.checkpoints, found.until) == (len(bodies), blocks[-1][0].at)


@given(BODIES, st.data())
def test_each_changed_event_is_found_and_named(
    bodies: list[list[bytes]], data: st.DataObject
) -> None:
    """One bit is enough."""
    blocks = chained(bodies)
    made, entries = data.draw(st.sampled_from(blocks))
    at = data.draw(st.integers(0, len(entries) - 1))
    changed = replace(entries[at], body=entries[at].body + b"!")
    entries[at] = changed
    assert judged(told(blocks)).faults == (
        f"checkpoint {made.number}: event {changed.id} was changed",
    )


def test_event_with_another_id_is_found() -> None:
    """The id says when it happened, so it is chained with the event's bytes."""
    ((made, entries),) = chained([[b"a", b"b"]])
    entries[0] = replace(entries[0], id="1001-7" if made.covers("1001-7") else "999-0")
    assert judged([made, *entries]).faults == (f"checkpoint 1: event {entries[0].id} was changed",)


@given(BODIES, st.data())
def test_each_event_that_is_gone_is_found_and_its_place_named(
    bodies: list[list[bytes]], data: st.DataObject
) -> None:
    """The place is named by the events around it."""
    blocks = chained(bodies)
    made, entries = data.draw(st.sampled_from(blocks))
    del entries[data.draw(st.integers(0, len(entries) - 1))]
    (fault,) = judged(told(blocks)).faults
    assert fault.startswith(f"checkpoint {made.number}: 1 event is missing between ")


@given(BODIES, st.data())
def test_each_event_that_was_put_in_is_found_and_named(
    bodies: list[list[bytes]], data: st.DataObject
) -> None:
    """Also one that is a copy of another."""
    blocks = chained(bodies)
    made, entries = data.draw(st.sampled_from(blocks))
    at = data.draw(st.integers(0, len(entries) - 1))
    false = Entry(id=entries[at].id.replace("-0", "-1"), body=entries[at].body)
    if made.covers(false.id):
        entries.insert(at + 1, false)
        assert judged(told(blocks)).faults == (
            f"checkpoint {made.number}: event {false.id} was put in",
        )


@given(BODIES, st.data())
def test_event_from_before_that_stands_at_the_end_is_found(
    bodies: list[list[bytes]], data: st.DataObject
) -> None:
    """What no checkpoint covers yet comes after the newest; it cannot tell of what was before."""
    blocks = chained([*bodies, [b"last"]])
    later = [Entry(id="9000-0", body=b"x"), Entry(id="9001-0", body=b"y")]
    _, entries = data.draw(st.sampled_from(blocks[:-1]))
    false = replace(data.draw(st.sampled_from([*entries, *later])), body=b"false")
    found = judged([*told(blocks), *later, false])
    assert found.faults == (f"event {false.id} stands after event 9001-0",)
    newest = blocks[-1][0].upto
    for name in ("1-0", "no-id", ""):  # What has no moment comes after nothing.
        false = replace(entries[0], id=name)
        found = judged([*told(blocks), false, *later[:0]])
        assert found.faults == (f"event {name} stands after event {newest}",)


@given(BODIES, st.data())
def test_any_other_order_of_a_trail_is_found(
    bodies: list[list[bytes]], data: st.DataObject
) -> None:
    """Neither events nor checkpoints change places unseen."""
    pieces = told(chained(bodies))
    other = data.draw(st.permutations(pieces))
    # What none covers at the end is no fault, but then what it belongs to lacks it.
    assert (judged(other).faults == ()) == (other == pieces)


@given(BODIES, st.data())
def test_checkpoints_that_are_gone_are_named(
    bodies: list[list[bytes]], data: st.DataObject
) -> None:
    """With or without their events, at the beginning or in the middle."""
    blocks = chained([*bodies, [b"last"]])
    gone, entries = blocks.pop(data.draw(st.integers(0, len(blocks) - 2)))
    whole = judged(told(blocks)).faults
    missing = f"before checkpoint {gone.number + 1}: checkpoint {gone.number} is missing"
    assert missing in whole
    pieces = [*told(blocks[: gone.number - 1]), *entries, *told(blocks[gone.number - 1 :])]
    loose = judged(pieces).faults
    assert missing in loose
    assert any("under no checkpoint" in fault for fault in loose)


@given(BODIES, st.integers(1, 4))
def test_trail_that_was_cut_is_found_by_a_head_that_was_kept(
    bodies: list[list[bytes]], cut: int
) -> None:
    """A shorter trail is right in itself: only what was written down elsewhere shows it."""
    blocks = chained([*bodies, [b"last"]])
    kept = blocks[:-cut]
    head = blocks[-1][0].hash
    assert judged(told(kept)).faults == ()
    (fault,) = judged(told(kept), head).faults
    assert fault.startswith(f"no checkpoint has the hash {head}")
    assert judged(told(blocks), head).faults == ()


FIELDS = st.sampled_from(
    ("number", "after", "upto", "count", "marks", "at", "before", "hash", "mac")
)


@given(BODIES, FIELDS, st.data())
def test_each_changed_field_of_a_checkpoint_is_found(
    bodies: list[list[bytes]], name: str, data: st.DataObject
) -> None:
    """The MAC is over all of them, whatever became of them."""
    blocks = chained(bodies)
    at = data.draw(st.integers(0, len(blocks) - 1))
    made, entries = blocks[at]
    match getattr(made, name):
        case int(number):
            other: Any = number + data.draw(st.integers(1, 9))
        case str():
            other = data.draw(st.text().filter(lambda text: text != getattr(made, name)))
        case when:
            other = when + timedelta(microseconds=1)
    blocks[at] = (replace(made, **{name: other}), entries)
    said = f"checkpoint {blocks[at][0].number}: changed, or not made with this key"
    assert said in judged(told(blocks)).faults


def test_chain_made_anew_with_another_key_is_found() -> None:
    """Whoever writes to Redis cannot make checkpoints."""
    entries = [Entry(id="1-0", body=b"false")]
    forged = sealed(None, entries, at=NOON, key=b"x" * 32)
    assert judged([forged, *entries]).faults == (
        "checkpoint 1: changed, or not made with this key",
    )


@given(BODIES)
def test_trail_that_begins_at_an_anchor_has_no_fault(bodies: list[list[bytes]]) -> None:
    """What retention left is verified from the checkpoint before it, whose hash also counts."""
    (anchor, _), *rest = chained([*bodies, [b"last"]])
    found = verify(told(rest), KEY, anchor=anchor, head=anchor.hash)
    assert found.faults == ()
    assert found.anchor == anchor
    forged = replace(anchor, at=NOON)
    assert verify(told(rest), KEY, anchor=forged).faults[0].startswith("checkpoint 1: changed")


def test_checkpoint_that_follows_another_one_is_found() -> None:
    """Two chains of one key do not fit together."""
    one, other = chained([[b"a"], [b"b"]]), chained([[b"x"], [b"b"]])
    assert judged([*told(one[:1]), *told(other[1:])]).faults == (
        "checkpoint 2 does not continue checkpoint 1",
    )
    assert "checkpoint 1 stands after checkpoint 2" in judged([*told(one), *told(one[:1])]).faults


def test_hash_that_is_not_that_of_the_events_is_found() -> None:
    """Even where the one who holds the key wrote it."""
    ((made, entries),) = chained([[b"a", b"b"]])
    wrong = replace(made, hash="0" * 64).signed(KEY)
    assert judged([wrong, *entries]).faults == (
        "checkpoint 1: its hash is not that of its 2 events",
    )


def test_damaged_marks_say_less_but_hide_nothing() -> None:
    """They only help to find the place; what they cannot tell, the hash does."""
    ((made, entries),) = chained([[b"a"]])
    wrong = replace(made, marks="!", count=2).signed(KEY)
    assert judged([wrong, *entries]).faults == ("checkpoint 1: event 1001-0 was put in",)


def test_faults_beyond_a_hundred_are_counted() -> None:
    """A trail in ruins does not fill the memory; several missing things are named together."""
    blocks = chained([[b"x"]] * (MOST_FAULTS + 20))
    found = judged([made for made, _ in blocks])
    assert (len(found.faults), found.more) == (MOST_FAULTS, 20)
    three = chained([[b"x", b"y", b"z"]] * 4)
    del three[0][1][1:], three[1:3]
    assert judged(told(three)).faults == (
        "checkpoint 1: 2 events are missing between 1001-0 and the checkpoint's end",
        "before checkpoint 4: checkpoints 2 to 3 are missing",
    )


def test_very_many_events_under_a_checkpoint_are_only_counted() -> None:
    """Looking for the place of a fault must not take for ever."""
    ((made, entries),) = chained([[b"x"] * 2])
    false = [Entry(id=f"1001-{n}", body=b"") for n in range(1, 5_001)]
    assert judged([made, entries[0], *false, entries[1]]).faults == (
        "checkpoint 1: it has 5002 events and was made over 2",
    )


@pytest.mark.parametrize("name", ["x", "1", "1-", "-1", "1-2-3"])
def test_what_is_no_id_of_an_event_has_no_place(name: str) -> None:
    """It belongs to no checkpoint, and nothing breaks."""
    with pytest.raises(ValueError, match="invalid literal"):
        place(name)
    ((made, _),) = chained([[b"a"]])
    assert not made.covers(name)
