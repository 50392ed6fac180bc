"""Lists that come in pages, and what happens when the server forgets the place."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.kubernetes.client import MOST_OF_A_PAGE
from daypass.adapters.kubernetes.wide import MOST_BYTES, NARROW
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import APPROVERS, EXPIRES_AT, EXTENDED_BY, INSTALL, LEASE, MANAGED_BY
from daypass.domain.ids import LeaseId
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.served import PLANNED, REF, a_cluster, refused, stored

SOON = timedelta(seconds=0.2)
"""So long an answer is waited for that does not come."""
LONGER = timedelta(seconds=2)
"""So long where others do."""
LISTED = (APPROVERS, EXTENDED_BY)


def page(*names: str, token: str = "") -> Canned:
    """Return one page of a list."""
    items = [{**stored(), "metadata": {"name": name, "uid": name}} for name in names]
    return Canned(body={"items": items, "metadata": {"continue": token}})


def limits(server: CannedServer) -> list[str]:
    """Return how many objects were asked for each time."""
    return [one.path.partition("limit=")[2].partition("&")[0] for one in server.asked]


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


def test_asks_for_fewer_when_a_page_is_too_much() -> None:
    """Anybody may write megabytes into an object: memory is bounded, and none is left out."""
    fat = Canned(body={"items": [{"metadata": {"annotations": {"a": "x" * MOST_BYTES}}}]})
    answers = [fat, fat, page("a", token="t1"), page("b"), page()]
    with a_cluster(*answers) as (cluster, server):
        assert [found.ref.name for found in cluster.ours()] == ["a", "b"]
    assert limits(server) == ["500", "62", "7", "14", "500"]
    assert "continue=t1" in server.asked[3].path


def test_asks_for_fewer_when_a_page_does_not_come_in_time() -> None:
    """A server takes long to write hundreds of megabytes; what was too much is not asked again."""
    answers = [Canned(comes="late"), page("a", token="t1"), page("b", token="t2")]
    more = [page(name, token=f"t{name}") for name in "cd"]
    with a_cluster(*answers, *more, page("e"), page(), within=LONGER) as (cluster, server):
        assert [found.ref.name for found in cluster.ours()] == ["a", "b", "c", "d", "e"]
    assert limits(server) == ["500", "62", "124", "248", "250", "250", "500"]


def test_waits_longer_when_one_object_does_not_come_in_time() -> None:
    """A server that lists from etcd goes through gigabytes of others' to find even one of ours."""
    late = [Canned(comes="late")] * 4
    with a_cluster(*late, page("a", token="t1"), page("b"), page(), within=SOON) as (
        cluster,
        server,
    ):
        assert [found.ref.name for found in cluster.ours()] == ["a", "b"]
    assert limits(server) == ["500", "62", "7", "1", "62", "62", "500"]


def test_lists_the_other_kind_when_one_cannot_be_listed() -> None:
    """Law 10: what is the whole cluster's ends whatever somebody wrote into their namespace."""
    with a_cluster(refused(500, "etcd is lost"), page("wide")) as (cluster, _):
        listed = cluster.ours()
        assert next(listed).ref.kind == "ClusterRoleBinding"
        with pytest.raises(TemporaryOutsideError, match="etcd is lost"):
            next(listed)


def test_asks_once_for_what_ends_of_others_wait_for() -> None:
    """Law 3: what bears a lease's label is listed with fifty others' in hand."""
    with (
        a_cluster(Canned(comes="late"), within=SOON) as (cluster, server),
        pytest.raises(TemporaryOutsideError, match="in time"),
    ):
        cluster.of_leases([LeaseId("aaaaaaaaaaaa-1")], "main")
    assert limits(server) == ["500"]


def test_is_an_error_when_a_list_does_not_come_however_long_it_may_take() -> None:
    """Nothing is passed over in silence."""
    with (
        a_cluster(*[Canned(comes="late")] * 5, page(), within=SOON) as (cluster, server),
        pytest.raises(TemporaryOutsideError, match="in time"),
    ):
        list(cluster.ours())
    assert limits(server) == ["500", "62", "7", "1", "62", "500"]


def test_asks_for_nothing_more_when_the_server_is_silent() -> None:
    """Law 3: where nothing answers no page is small enough, and the thread is for others."""
    late = Canned(comes="late")
    with a_cluster(late, within=SOON) as (cluster, server):
        server.readiness_comes = "late"
        with pytest.raises(TemporaryOutsideError, match="readyz"):
            list(cluster.ours())
    assert len(server.asked) == 1


def test_takes_one_object_that_is_too_much_for_a_page() -> None:
    """Many are held only as far as memory allows; one by itself always fits."""
    wide = page("a" * MOST_OF_A_PAGE)
    with a_cluster(*[wide] * 4, page()) as (cluster, server):
        assert len(list(cluster.ours())) == 1
    assert limits(server) == ["500", "62", "7", "1", "500"]


WIDE = {"metadata": {**stored()["metadata"], "finalizers": ["a/b"], "x": "x" * NARROW}}


def test_names_what_holds_one_that_is_far_larger_than_ours() -> None:
    """What is deleted and there is answered whole; it is read by itself instead."""
    wide = Canned(body={**stored(), **WIDE})
    with a_cluster(*[wide] * 3) as (cluster, server):
        assert cluster.delete(REF) == ("a/b",)
        assert [one.method for one in server.asked] == ["DELETE", "GET", "GET"]


@pytest.mark.parametrize(
    ("now", "kept"),
    [
        (refused(404, "gone"), ()),
        (Canned(body=stored("another")), ()),
        (Canned(body=stored()), ("(none is named)",)),
    ],
    ids=["gone", "another", "held by nothing that is said"],
)
def test_says_what_became_of_it_when_the_answer_is_too_long(now: Canned, kept: object) -> None:
    """By what is there now."""
    wide = Canned(body={**stored(), **WIDE})
    with a_cluster(wide, now) as (cluster, _):
        assert cluster.delete(REF) == kept


def test_is_an_error_when_one_object_is_too_much() -> None:
    """Nothing is passed over in silence."""
    fat = Canned(text="x" * (MOST_BYTES + 1))
    with (
        a_cluster(fat, fat, fat, fat) as (cluster, _),
        pytest.raises(PermanentOutsideError) as said,
    ):
        list(cluster.ours())
    assert str(said.value).endswith("rolebindings: the answer has more than 16 MiB")


def test_keeps_of_an_object_what_ours_may_have() -> None:
    """A second subject, a long value, a long name are enough to see that it is none of ours."""
    item = {**stored(), "metadata": {**stored()["metadata"], "name": "n" * 300}}
    item["metadata"]["annotations"] = dict.fromkeys((*LISTED, EXPIRES_AT, "theirs"), "x" * 10000)
    item["metadata"]["finalizers"] = ["f" * 200] * 9
    item["subjects"] = [{"kind": "User", "name": "m" * 5_000}] * 9
    nothing = Canned(body={"items": []})
    with a_cluster(Canned(body={"items": [item]}), nothing) as (cluster, _):
        [found] = cluster.ours()
    assert (len(found.ref.name), found.ref.name[-1]) == (81, "…")
    lengths = {name: len(said) for name, said in found.annotations.items()}
    assert lengths == {EXPIRES_AT: 1_000} | dict.fromkeys(LISTED, 8_000)
    assert [len(one.name) for one in found.subjects] == [1_000, 1_000]
    assert [len(one) for one in found.finalizers] == [100] * 5


@pytest.mark.parametrize(
    "odd",
    [
        {"roleRef": None},
        {"roleRef": {"kind": "Odd", "name": "view"}},
        {"roleRef": {"kind": "ClusterRole", "name": 1}},
        {"subjects": {"kind": "User"}},
        {"subjects": ["alice"]},
        {"subjects": [{"kind": 1, "name": "alice"}]},
        {"metadata": {"annotations": {EXPIRES_AT: {"at": "noon"}}}},
        {"metadata": {"annotations": ["x"]}},
        {"metadata": {"labels": ["x"]}},
        {"metadata": {"labels": {MANAGED_BY: "daypass", INSTALL: 7}}},
        {"metadata": {"finalizers": [7]}},
        {"metadata": {"resourceVersion": 7}},
    ],
    ids=str,
)
def test_an_object_that_is_written_oddly_stops_nothing_else(odd: dict[str, Any]) -> None:
    """It is seen with its uid and no end, so that it has to go, and the rest of the list, too."""
    item = {**stored(), **odd}
    item["metadata"] = {**stored()["metadata"], "name": "odd", **odd.get("metadata", {})}
    items = Canned(body={"items": [item, stored()]})
    with a_cluster(items, Canned(body={"items": []})) as (cluster, _):
        found, other = cluster.ours()
    assert (found.ref.name, found.ref.uid, found.expires_at) == ("odd", "u-1", None)
    assert found.labels.keys() <= {MANAGED_BY}
    assert other == replace(PLANNED, ref=REF)


def test_an_object_without_subjects_is_as_it_is() -> None:
    """`null` and nothing are lists that are empty."""
    item = {**stored(), "subjects": None}
    with a_cluster(Canned(body={"items": [item]}), page()) as (cluster, _):
        assert [one.subjects for one in cluster.ours()] == [()]


def beside_a_long_name(others: int, **metadata: str) -> list[dict[str, Any]]:
    """Return what is named as ours are, after an object whose name fits no address."""
    labels = {MANAGED_BY: "daypass", LEASE: "aaaaaaaaaaaa-1"}
    long: dict[str, Any] = {"metadata": {"uid": "long", "name": "n" * 300, "labels": labels}}
    items = [long] + [
        {"metadata": {"uid": f"u-{n}", "name": f"daypass-aaaaaaaaaaaa-1-1-{n}", "labels": labels}}
        for n in range(1, others + 1)
    ]
    for one in items:
        one["metadata"] |= {"namespace": "payments", **metadata}
    return items


LONG = replace(REF, name="n…", uid="long")


def test_spares_nothing_that_is_being_deleted() -> None:
    """A finalizer may keep it for ever, and with it would stay what has no name to go by."""
    items = beside_a_long_name(101, deletionTimestamp="2026-01-05T09:00:00Z")
    there, left = Canned(body={"items": items}), Canned(body={"items": items[1:]})
    with a_cluster(there, there, Canned(), left) as (cluster, server):
        assert cluster.delete(LONG) == ()
    [deleted] = [one.path for one in server.asked if one.method == "DELETE"]
    assert "labelSelector" in deleted
    assert "fieldSelector" not in deleted


@pytest.mark.parametrize("others", [100, 101])
def test_spares_all_that_may_be_genuine_or_deletes_nothing(others: int) -> None:
    """A collection is deleted: what cannot be left out of it must not be in it."""
    items = beside_a_long_name(others)
    there, empty = Canned(body={"items": items}), Canned(body={"items": items[1:]})
    with a_cluster(there, there, Canned(), empty) as (cluster, server):
        if others > 100:
            with pytest.raises(TemporaryOutsideError, match="goes when fewer"):
                cluster.delete(LONG)
        else:
            assert cluster.delete(LONG) == ()
    deleted = [one.path for one in server.asked if one.method == "DELETE"]
    assert len(deleted) == (others <= 100)
    assert all(one.count("name%21%3Ddaypass") == others for one in deleted)
