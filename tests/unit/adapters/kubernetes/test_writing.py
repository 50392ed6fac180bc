"""What a server makes of what is written: exactly that, or it is no grant of ours."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import EXPIRES_AT, MAC, GrantObject
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import PLANNED, REF, a_cluster, refused, stored

JSON = dict[str, Any]
LATER: Final = {EXPIRES_AT: "2026-11-20T14:00:00Z", MAC: "11"}
MALLORY: Final = {"kind": "User", "name": "mallory@example.com"}
READ: Final = replace(PLANNED, ref=REF, annotations={**PLANNED.annotations, MAC: "00"})


def made_otherwise(change: Callable[[JSON], object]) -> JSON:
    """Return the planned object as somebody's webhook changed it."""
    there = deepcopy(stored())
    change(there)
    return there


def as_read(**annotations: str) -> JSON:
    """Return the object with a seal, and other annotations."""
    there = deepcopy(stored())
    there["metadata"]["annotations"] = {**READ.annotations, **annotations}
    return there


@pytest.mark.parametrize(
    "change",
    [
        lambda there: there["metadata"]["labels"].clear(),
        lambda there: there["metadata"]["labels"].update({"app.kubernetes.io/managed-by": "Helm"}),
        lambda there: there["metadata"]["annotations"].clear(),
        lambda there: there["metadata"].update(name="prefix-daypass-a-1"),
        lambda there: there["subjects"].append(MALLORY),
        lambda there: there["subjects"][0].update(name="Alice@example.com"),
        lambda there: there["roleRef"].update(name="edit"),
    ],
    ids=["no labels", "a label", "no annotations", "a name", "one more", "spelled", "a role"],
)
def test_what_was_made_otherwise_is_deleted_and_no_grant(change: Callable[[JSON], object]) -> None:
    """Laws 1 and 2: without its labels or its end nobody would find it again."""
    there = made_otherwise(change)
    gone = Canned(body={"kind": "Status"})
    with (
        a_cluster(Canned(status=201, body=there), gone) as (cluster, server),
        pytest.raises(PermanentOutsideError, match="made otherwise than it was asked for"),
    ):
        cluster.create(PLANNED)
    assert server.asked[1].method == "DELETE"
    assert server.asked[1].path.endswith(f"/{there['metadata']['name']}")
    assert server.asked[1].body["preconditions"] == {"uid": "u-1"}


def test_what_others_put_beside_it_is_theirs() -> None:
    """A label or an annotation more makes no other grant of it."""

    def beside(there: JSON) -> None:
        for notes in (there["metadata"]["labels"], there["metadata"]["annotations"]):
            notes["example.com/team"] = "a"

    with a_cluster(Canned(status=201, body=made_otherwise(beside))) as (cluster, _):
        assert cluster.create(PLANNED).uid == "u-1"


def test_ends_are_moved_on_exactly_one_object_as_it_was_sealed() -> None:
    """The server itself compares both: nobody else's word on its end is overwritten.

    No revision is named: whoever may write there would be before us each time.
    """
    with a_cluster(Canned(body=as_read(**LATER))) as (cluster, server):
        cluster.annotate(READ, LATER)
    (asked,) = server.asked
    assert asked.method == "PATCH"
    assert asked.headers["Content-Type"] == "application/json-patch+json"
    assert asked.body[0] == {
        "op": "test",
        "path": "/metadata/annotations/daypass.dev~1mac",
        "value": "00",
    }
    assert {one["op"] for one in asked.body[1:]} == {"add"}
    assert {one["path"]: one["value"] for one in asked.body[1:]} == {
        "/metadata/uid": "u-1",
        "/metadata/labels": {"app.kubernetes.io/managed-by": "daypass"},
        "/metadata/annotations": LATER,
        "/metadata/generateName": "",
        "/metadata/ownerReferences": [],
        "/metadata/managedFields": [{}],
    }


def move(now: GrantObject | JSON, *, refusal: Canned) -> None:
    """Move the ends of what is otherwise by now."""
    with a_cluster(refusal, Canned(body=now)) as (cluster, _):
        cluster.annotate(READ, LATER)


def test_ends_are_not_moved_where_another_seal_is_there() -> None:
    """Somebody moved them, or altered it: who wants to move them has to look again."""
    with pytest.raises(TemporaryOutsideError, match="changed meanwhile"):
        move(as_read(**{MAC: "22"}), refusal=refused(422, "testing value /metadata/... failed"))


def test_a_policy_that_refuses_an_end_is_told() -> None:
    """It is as it was read, and the server does not want it so."""
    with pytest.raises(PermanentOutsideError, match="not here"):
        move(as_read(), refusal=refused(422, "not here"))


def test_an_end_that_the_server_wrote_otherwise_was_not_moved() -> None:
    """A webhook that takes it off again leaves nothing of a yes to count with."""
    with (
        a_cluster(Canned(body=as_read())) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="a webhook or a policy"),
    ):
        cluster.annotate(READ, LATER)
