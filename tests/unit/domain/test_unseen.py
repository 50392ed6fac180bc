"""What no reader sees is one list, for what is shown, for secrets and for reasons."""

import pytest

from daypass.adapters.slack.seeing import visible
from daypass.domain.unseen import says_nothing, unseen

UNSEEN = (
    *("\u00ad", "\u034f", "\u17b4", "\u2065", "\u2800", "\u3164", "\ufff0", "\ufff8", "\ufffc"),
    *("\U0001d159", "\U000e0000", "\U000e0002", "\U000e0080", "\U000e0fff", "\x07", "\u202e"),
)


@pytest.mark.parametrize("one", UNSEEN, ids=ascii)
def test_what_is_never_seen_is_not_shown_and_says_nothing(one: str) -> None:
    """Assigned or not, letter or mark: a name with it would pass for the one without."""
    assert unseen(one)
    assert visible(f"a{one}b") == "ab"
    assert says_nothing(f" {one}{one}\n")
    assert not says_nothing(f"{one}x")


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0\u3000", "\u0301", "\u20dd", "\u200d\ufe0f"], ids=ascii
)
def test_text_without_a_letter_or_sign_says_nothing(text: str) -> None:
    """A mark without what it stands on is no word."""
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["x", "42", "?", "…", "é", "e\u0301", "👍", "事", "ก"])
def test_what_can_be_read_says_something(text: str) -> None:
    """How much a reason says is for people to judge."""
    assert not says_nothing(text)
