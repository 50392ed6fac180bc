"""Lists that come in pages, and what happens when the server forgets the place."""

import pytest

from daypass.domain.errors import (
    TemporaryOutsideError,
)
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster, refused, stored


def page(*names: str, token: str = "") -> Canned:
    """Return one page of a list."""
    items = [{**stored(), "metadata": {"name": name, "uid": name}} for name in names]
    return Canned(body={"items": items, "metadata": {"continue": token}})


def test_lists_all_when_there_are_pages() -> None:
    """Pages are followed to the end, for both kinds."""
    with a_cluster(page("a", token="t1"), page("b"), page("c")) as (cluster, server):
        assert [found.ref.name for found in cluster.ours()] == ["a", "b", "c"]
    assert "continue=t1" in server.asked[1].path


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (Canned(status=410, body={"metadata": {"continue": "t2"}}), "continue=t2"),
        (refused(410, "too old"), "limit=500"),
    ],
    ids=["goes on where the server says", "starts again"],
)
def test_goes_on_when_server_forgot_the_place(gone: Canned, expected: str) -> None:
    """A list that grew old is not cut short."""
    answers = [page("a", token="t1"), gone, page("b"), page()]
    with a_cluster(*answers) as (cluster, server):
        assert {found.ref.name for found in cluster.ours()} == {"a", "b"}
    assert server.asked[2].path.endswith(expected)


def test_gives_up_when_server_forgets_again_and_again() -> None:
    """A list that cannot be read is an error, never an empty list."""
    with (
        a_cluster(*[refused(410, "too old")] * 4) as (cluster, _),
        pytest.raises(TemporaryOutsideError),
    ):
        list(cluster.ours())
