"""Names of requests and leases."""

import pytest

from daypass.domain.ids import LeaseId, RequestId, lease_id, read_id, request_id, request_of

REQUEST = RequestId("k7q2m9x4t1bd")


@pytest.mark.parametrize(
    ("text", "lease"),
    [
        ("k7q2m9x4t1bd", None),
        ("K7Q2M9X4T1BD", None),
        ("  #k7q2m9x4t1bd ", None),
        ("k7q2m9x4tIbd", None),
        ("k7q2m9x4tlbd", None),
        ("k7q2m9x4t1bd-1", "k7q2m9x4t1bd-1"),
        ("K7Q2M9X4T1BD-12", "k7q2m9x4t1bd-12"),
    ],
)
def test_read_id_reads_any_case_with_or_without_suffix(text: str, lease: str | None) -> None:
    """An id is read as people write it."""
    assert read_id(text) == (REQUEST, lease)


def test_read_id_takes_o_for_zero() -> None:
    """Letters that look like digits are those digits."""
    assert read_id("oooooooooooO") == ("000000000000", None)


@pytest.mark.parametrize(
    "text",
    [
        *("", "prod", "k7q2m9x4t1b", "k7q2m9x4t1bdd", "u7q2m9x4t1bd"),
        *(f"k7q2m9x4t1bd-{suffix}" for suffix in ("", "0", "100", "x", "1٣")),
    ],
)
def test_read_id_returns_nothing_when_it_is_no_id(text: str) -> None:
    """What cannot be an id names nothing."""
    assert read_id(text) is None


def test_request_of_undoes_lease_id() -> None:
    """A lease's name tells its request."""
    assert lease_id(REQUEST, 2) == LeaseId("k7q2m9x4t1bd-2")
    assert request_of(lease_id(REQUEST, 2)) == REQUEST


def test_request_id_spells_sixty_bits() -> None:
    """The smallest and the largest number make the first and the last name."""
    assert request_id(0) == "0" * 12
    assert request_id(2**60 - 1) == "z" * 12
