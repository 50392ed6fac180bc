"""Ends are moved on exactly what was read, as it was sealed then."""

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


def as_read(**annotations: str) -> JSON:
    """Return the object with a seal, and other annotations."""
    there = deepcopy(stored())
    there["metadata"]["annotations"] = {**READ.annotations, **annotations}
    return there


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
