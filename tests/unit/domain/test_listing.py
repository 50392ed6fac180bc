"""What names some of many says how many others there are."""

import pytest

from daypass.domain.listing import and_more, few


@pytest.mark.parametrize(
    ("names", "said"), [((), ""), (("a",), "a"), (("a", "b"), "a, b"), ("abcde", "a, b and 3 more")]
)
def test_few_counts_what_it_leaves_out(names: tuple[str, ...], said: str) -> None:
    """Nothing is added where all are named."""
    assert few(names, 2) == said


def test_and_more_says_of_what() -> None:
    """Whoever reads the number may need to know what is counted."""
    assert and_more(1_900, "reasons") == " and 1,900 more reasons"
    assert and_more(0, "reasons") == ""
