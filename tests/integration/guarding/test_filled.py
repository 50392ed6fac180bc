"""What others put beside what is ours keeps no lease from another end."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from daypass.adapters.kubernetes.manifests import annotating, found, path
from daypass.adapters.kubernetes.reply import Reply
from daypass.domain.grant import EXPIRES_AT, LAST_WORD, MAC
from daypass.domain.instants import write_time
from daypass.domain.lease import ObjectRef
from tests.integration.guarding.ground import Ground

pytestmark = pytest.mark.real

MOST: Final = 256 << 10
"""Bytes of all annotations of one object: what Kubernetes takes."""
MANY: Final = 5_000
LONGEST: Final = 3 << 19
"""Bytes of a request: what etcd takes."""
OURS: Final = 4_000
"""Bytes that ours have at most."""


def metadata(ground: Ground, ref: ObjectRef) -> dict[str, Any]:
    """Return what an object says of itself."""
    said: dict[str, Any] = ground.admin.get(path(ref)).body["metadata"]
    return said


def length(ground: Ground, ref: ObjectRef) -> int:
    """Count the characters of all that is written down of an object."""
    return len(json.dumps(ground.server.admin().get(path(ref))))


def end_sooner(ground: Ground, ref: ObjectRef) -> Reply:
    """Let the worker take time off, as an adjustment does."""
    there = found(ref.kind, ground.worker.get(path(ref)).body)
    now = datetime.now(UTC)
    sooner = {
        EXPIRES_AT: write_time(now + timedelta(minutes=5)),
        LAST_WORD: write_time(now),
        MAC: "11" * 32,
    }
    return ground.worker.write("PATCH", path(ref), annotating(there, sooner))


def test_time_is_taken_off_when_somebody_filled_the_object(ground: Ground) -> None:
    """Who holds a role that binds may change what is beside ours: not so that an end stays."""
    ref = ground.granted()
    used = sum(len(name + said) for name, said in metadata(ground, ref)["annotations"].items())
    full = {"metadata": {"annotations": {"x": "y" * (MOST - used - len("x"))}}}
    assert ground.change(ground.admin, ref, full).good
    reply = end_sooner(ground, ref)
    assert reply.good, reply
    assert "x" not in metadata(ground, ref)["annotations"]


def test_nothing_stays_beside_what_is_ours(ground: Ground) -> None:
    """Labels, owners and the names of whoever wrote may fill an object as well."""
    ref = ground.granted()
    ours = metadata(ground, ref)["labels"]
    home = ground.admin.get(f"/api/v1/namespaces/{ground.namespace}").body["metadata"]
    owner = {"apiVersion": "v1", "kind": "Namespace", "name": home["name"], "uid": home["uid"]}
    fields: dict[str, object] = {f"f:{number:064}": {} for number in range(MANY)}
    writer = {
        "manager": "somebody",
        "operation": "Update",
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:annotations": fields}},
    }
    beside = {"labels": {"team": "a"}, "ownerReferences": [owner], "managedFields": [writer]}
    assert ground.change(ground.admin, ref, {"metadata": beside}).good
    assert length(ground, ref) > MANY * 64
    assert end_sooner(ground, ref).good
    after = metadata(ground, ref)
    assert after["labels"] == ours
    assert "ownerReferences" not in after
    assert length(ground, ref) < MANY


def fill_with_a_name(ground: Ground, ref: ObjectRef, length: int) -> bool:
    """Let somebody write what a name is to be made of, and take off who wrote what."""
    name = {"generateName": "x" * length, "managedFields": [{}]}
    return ground.change(ground.admin, ref, {"metadata": name}).good


def test_what_a_name_is_made_of_fills_no_object(ground: Ground) -> None:
    """The server takes it of any length, also where there is a name, up to etcd's last byte."""
    ref = ground.granted()
    fits, is_too_long = LONGEST - OURS, LONGEST
    while is_too_long - fits > 1:
        length = (fits + is_too_long) // 2
        if fill_with_a_name(ground, ref, length):
            fits = length
        else:
            is_too_long = length
    assert fill_with_a_name(ground, ref, fits)
    assert end_sooner(ground, ref).good
    assert "generateName" not in metadata(ground, ref)
