"""Our limits against `slackblocks`, whose numbers come from its own copy of Slack's specification.

Each row builds the same thing at its limit and one beyond; both must judge it alike.
"""

import pytest
import slackblocks as sb

from daypass.adapters.slack.limits import check_blocks, check_view
from tests.contract.limit_rows import BLOCKS, DIVIDER, VIEWS, Row, asked, asking, modal, modelled


def they_take(row: Row, size: int) -> bool:
    try:
        row.theirs(size)
    except sb.InvalidUsageError:
        return False
    return True


def sizes(row: Row) -> list[int]:
    return [row.limit, row.limit + 1, *([row.least - 1, row.least] if row.least else [])]


@pytest.mark.parametrize("name", BLOCKS)
def test_check_blocks_agrees_with_slackblocks_when_at_or_beyond_a_limit(name: str) -> None:
    """The last legal size passes with both, the next one with neither."""
    row = BLOCKS[name]
    ours = {n: check_blocks([row.ours(n)]) == () for n in sizes(row)}
    assert ours == {n: they_take(row, n) for n in sizes(row)}
    assert (ours[row.limit], ours[row.limit + 1]) == (True, False)


@pytest.mark.parametrize("name", VIEWS)
def test_check_view_agrees_with_slackblocks_when_at_or_beyond_a_limit(name: str) -> None:
    """A view's last legal size passes with both, the next one with neither."""
    row = VIEWS[name]
    ours = {n: check_view(row.ours(n)) == () for n in sizes(row)}
    assert ours == {n: they_take(row, n) for n in sizes(row)}
    assert (ours[row.limit], ours[row.limit + 1]) == (True, False)


def test_check_blocks_agrees_with_slackblocks_when_a_message_has_51_blocks() -> None:
    """A message holds 50 blocks."""
    for size, legal in ((50, True), (51, False)):
        row = Row(
            limit=size,
            ours=lambda _: {},
            theirs=lambda n: sb.Message("C0", "x", [sb.DividerBlock() for _ in range(n)]),
        )
        assert they_take(row, size) is legal
        assert (check_blocks([DIVIDER] * size) == ()) is legal


def test_check_view_agrees_with_slackblocks_when_modal_has_input_without_submit() -> None:
    """An input wants a submit button."""
    row = Row(limit=0, ours=lambda _: {}, theirs=lambda _: modelled(blocks=[asked()]))
    assert not they_take(row, 0)
    assert check_view(modal(blocks=[asking()]))
