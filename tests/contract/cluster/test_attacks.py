"""What somebody with rights on bindings, and no guard before them, may do to ours on a real server.

The worker is tried with the very rights that are rendered.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import urllib3

from daypass.adapters.kubernetes.manifests import RBAC_GROUP, binding, collection, path
from daypass.domain.discovery import Wanted
from daypass.domain.grant import LEASE, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.domain.roles import RoleKind, RoleRef
from daypass.usecases.grants.sweep import Sweep, sweep
from sandbox.cluster.servers import ClusterServer
from sandbox.seed import apply
from tests.contract.cluster.stages import RealStage, an_object, roles, worker_cluster
from tests.stack import a_namespace

pytestmark = pytest.mark.real

LEASED = "aaaaaaaaaaaa-1"
ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles"
WAITING = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground"}


@pytest.fixture
def real(worker_server: ClusterServer, worker_token_file: Path) -> Iterator[RealStage]:
    """The contract's worker on dev, where no guard holds for it, in a namespace of its own."""
    cluster = worker_cluster(worker_server, worker_token_file)
    with a_namespace(worker_server) as namespace:
        apply(worker_server, roles(namespace))
        yield RealStage(
            server=worker_server, token=worker_token_file, cluster=cluster, namespace=namespace
        )
    cluster.close()


def named(stage: RealStage, name: str) -> GrantObject:
    """Return a forgery under the label of one lease, with that name."""
    bare = an_object(stage)
    return replace(
        bare,
        ref=ObjectRef(kind="RoleBinding", namespace=stage.namespace, name=name),
        labels={**bare.labels, LEASE: LEASED},
    )


def there(stage: RealStage) -> dict[str, GrantObject]:
    """Return what the worker sees in the namespace, by what is kept of its name."""
    found = stage.cluster.ours()
    return {one.ref.name: one for one in found if one.ref.namespace == stage.namespace}


def made(stage: RealStage, found: GrantObject, **metadata: Any) -> dict[str, Any]:
    """Let somebody create an object with more in its metadata; return it."""
    body = dict(binding(found))
    body["metadata"] = {**body["metadata"], **metadata}
    stage.server.admin().post(collection(found.ref), body)
    answer: dict[str, Any] = stage.server.admin().get(path(found.ref))
    return answer


def let_go(stage: RealStage, place: str) -> None:
    """Let whoever put a finalizer on an object take it off."""
    found = stage.server.admin().get(place)
    del found["metadata"]["finalizers"]
    stage.server.admin().replace(place, found)


def depending(stage: RealStage, owner: ObjectRef) -> str:
    """Let somebody make a ConfigMap that an object must outlive; return its place."""
    named = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": owner.kind, "name": owner.name,
        "uid": owner.uid, "blockOwnerDeletion": True,
    }  # fmt: skip
    place, name = f"/api/v1/namespaces/{stage.namespace}/configmaps", f"held-{owner.uid}"
    held = {"name": name, "finalizers": ["example.com/held"], "ownerReferences": [named]}
    stage.server.admin().post(place, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": held})
    return f"{place}/{name}"


def test_object_goes_at_once_when_somebody_lets_it_wait_for_a_dependent(real: RealStage) -> None:
    """Law 3: deleted in the foreground it would give access until a ConfigMap is gone."""
    for _ in range(10):  # The collector lets one go whose dependent it has not yet seen.
        ref = real.cluster.create(an_object(real))
        held = depending(real, ref)
        try:
            real.server.admin()._request("DELETE", path(ref), WAITING)
            waits = real.cluster.read(ref)
            assert real.cluster.delete(ref) in {(), None}
            assert real.cluster.read(ref) is None
        finally:
            let_go(real, held)
        if waits is not None and waits.finalizers == ("foregroundDeletion",):
            return
    pytest.fail("no object waited for its dependent")


@pytest.mark.parametrize("finalizer", ["orphan", "foregroundDeletion"])
def test_object_goes_at_once_when_the_servers_own_finalizer_is_on_it(
    real: RealStage, finalizer: str
) -> None:
    """Both are taken off by the policy of the deletion itself."""
    found = made(real, an_object(real), finalizers=[finalizer])["metadata"]
    ref = ObjectRef(
        kind="RoleBinding", namespace=real.namespace, name=found["name"], uid=found["uid"]
    )
    assert real.cluster.delete(ref) == ()
    assert real.cluster.read(ref) is None


def test_delete_names_the_finalizer_that_keeps_an_object(real: RealStage) -> None:
    """The server says yes to a DELETE, and the access stays: both are told apart."""
    found = made(real, an_object(real), finalizers=["example.com/held"])["metadata"]
    ref = ObjectRef(
        kind="RoleBinding", namespace=real.namespace, name=found["name"], uid=found["uid"]
    )
    try:
        assert real.cluster.delete(ref) == ("example.com/held",)
        assert real.cluster.delete(ref) == ("example.com/held",)
    finally:
        let_go(real, path(ref))
    assert real.cluster.delete(ref) is None


@pytest.mark.parametrize("after", ["é" * 190_000, "?" * 400_000, "a" * 300])
def test_object_goes_when_its_name_fits_no_address(real: RealStage, after: str) -> None:
    """It is seen, kept short, and deleted by its labels; one that may be genuine is spared."""
    long = named(real, f"daypass-{LEASED}-{after}")
    real.server.admin().post(collection(long.ref), dict(binding(long)))
    real.binds(genuine := named(real, f"daypass-{LEASED}-1-1"))
    real.binds(other := named(real, "another"))
    seen = there(real)
    assert set(seen) >= {genuine.ref.name, other.ref.name}
    [kept] = [one for name, one in seen.items() if name.endswith("…")]
    assert len(kept.ref.name) < 100
    assert real.cluster.read(kept.ref) == kept
    assert real.cluster.delete(kept.ref) == ()
    assert real.cluster.read(kept.ref) is None
    assert real.cluster.delete(kept.ref) is None
    assert genuine.ref.name in there(real)


def encoded(number: int, value: bytes) -> bytes:
    """Write one field of a protobuf message."""
    size, head = len(value), bytearray([number << 3 | 2])
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    return bytes([*head, size]) + value


def posted_as_bytes(stage: RealStage, found: GrantObject, name: bytes) -> None:
    """Let somebody create a binding whose name need not be text."""
    meta = encoded(1, name) + encoded(3, found.ref.namespace.encode())
    for label, value in found.labels.items():
        meta += encoded(11, encoded(1, label.encode()) + encoded(2, value.encode()))
    who = encoded(1, b"User") + encoded(2, RBAC_GROUP.encode()) + encoded(3, b"x@example.com")
    role = encoded(1, RBAC_GROUP.encode()) + encoded(2, b"ClusterRole") + encoded(3, b"view")
    kind = encoded(1, f"{RBAC_GROUP}/v1".encode()) + encoded(2, b"RoleBinding")
    said = encoded(1, meta) + encoded(2, who) + encoded(3, role)
    with urllib3.PoolManager(ca_certs=str(stage.server.ca_file)) as http:
        answer = http.request(
            "POST",
            stage.server.url + collection(found.ref),
            body=b"k8s\x00" + encoded(1, kind) + encoded(2, said),
            headers={
                "Authorization": f"Bearer {stage.server.admin_token}",
                "Content-Type": "application/vnd.kubernetes.protobuf",
            },
        )
    assert answer.status == HTTPStatus.CREATED


@pytest.mark.parametrize("name", [b"daypass-\xff", b"\xed\xa0\x80x", "\ufffd".encode()])
def test_object_goes_when_its_name_is_no_text(real: RealStage, name: bytes) -> None:
    """JSON says U+FFFD for it, and nothing is found at that name."""
    posted_as_bytes(real, named(real, "raw"), name)
    real.binds(genuine := named(real, f"daypass-{LEASED}-1-1"))
    [kept] = [one for one in there(real).values() if one.ref.name.endswith("…")]
    assert real.cluster.read(kept.ref) == kept
    assert real.cluster.delete(kept.ref) == ()
    assert real.cluster.read(kept.ref) is None
    assert set(there(real)) == {genuine.ref.name}


@pytest.mark.parametrize(
    "name", ["a b", "a?b#c", "ä\x01\n", "😀", 'a"b', "a\\b", "...", "a;b&c=d+e", "x" * 253]
)
def test_object_goes_whatever_its_name_is(real: RealStage, name: str) -> None:
    """Kubernetes takes nearly everything as the name of a binding."""
    real.binds(named(real, name))
    found = there(real)[name]
    assert real.cluster.read(found.ref) == found
    assert real.cluster.delete(found.ref) == ()
    assert there(real) == {}


def test_sweep_removes_everything_although_one_name_fits_no_address(real: RealStage) -> None:
    """The dead man's switch is not stopped by it either (law 10)."""
    for name in (f"daypass-{LEASED}-" + "é" * 190_000, "one", "two"):
        found = named(real, name)
        real.server.admin().post(collection(found.ref), dict(binding(found)))
    wish = Sweep(install="contract", cluster="dev", everything=True)
    swept = sweep(wish, real.cluster, lambda do, things: [do(one) for one in things])
    assert [one for one in swept.left if one.found.ref.namespace == real.namespace] == []
    assert swept.failed == ""
    assert there(real) == {}


def test_what_is_kept_of_an_object_is_bounded(real: RealStage) -> None:
    """Megabytes in a subject end at the adapter, and the list is read all the same."""
    fat = named(real, "fat")
    for number in range(40):
        body = dict(binding(replace(fat, ref=replace(fat.ref, name=f"fat-{number}"))))
        theirs = {**body["subjects"][0], "name": "m" * 700_000}
        body["subjects"] = [theirs, *body["subjects"] * 50]
        real.server.admin().post(collection(fat.ref), body)
    there = real.cluster.of_leases([LeaseId(LEASED)], "contract")
    assert len([one for one in there if one.ref.namespace == real.namespace]) == 40
    found = [one for one in real.cluster.ours() if one.ref.name[:3] == "fat"]
    assert len(found) == 40
    assert max(len(repr(one)) for one in found) < 20_000
    assert {len(one.subjects) for one in found} == {2}


def posted_deep(stage: RealStage, place: str, body: dict[str, Any]) -> None:
    """Let somebody create an object of which no parser that recurses reads `managedFields`."""
    fields = {"manager": "x", "operation": "Update", "apiVersion": "rbac.authorization.k8s.io/v1"}
    body["metadata"]["managedFields"] = [{**fields, "fieldsType": "FieldsV1", "fieldsV1": "DEEP"}]
    deep = '{"f:a":' * 3_000 + "{}" + "}" * 3_000
    with urllib3.PoolManager(ca_certs=str(stage.server.ca_file)) as http:
        answer = http.request(
            "POST",
            stage.server.url + place,
            body=json.dumps(body).replace('"DEEP"', deep),
            headers={
                "Authorization": f"Bearer {stage.server.admin_token}",
                "Content-Type": "application/json",
            },
        )
    assert answer.status == HTTPStatus.CREATED
    assert b'"f:a":' * 3 in answer.data.replace(b"{", b"")


def test_look_goes_on_when_one_object_is_nested_too_deep(real: RealStage) -> None:
    """The server keeps 10,000 levels of `managedFields`: more than a parser that recurses takes."""
    deep = named(real, f"daypass-{LEASED}-1-2")
    real.binds(other := named(real, "another"))
    posted_deep(real, collection(deep.ref), dict(binding(deep)))
    try:
        assert set(there(real)) == {deep.ref.name, other.ref.name}
        found = there(real)[deep.ref.name]
        assert real.cluster.read(found.ref) == found
        assert real.cluster.delete(found.ref) == ()
        assert set(there(real)) == {other.ref.name}
    finally:
        real.server.admin()._send("DELETE", path(deep.ref), None)


def test_discovery_goes_on_when_a_role_is_nested_too_deep(real: RealStage) -> None:
    """A Role that a level names is everybody's who has rights in a namespace, guard or none."""
    role = roles(real.namespace)[1]
    real.server.admin().delete(f"{ROLES.format(real.namespace)}/log-reader")
    posted_deep(real, ROLES.format(real.namespace), role)
    wanted = Wanted(roles=frozenset({"log-reader"}), namespaces=frozenset({real.namespace}))
    try:
        assert real.cluster.discover(wanted).means.keys() == {f"Role/{real.namespace}/log-reader"}
        logs = named(real, "logs")
        asked = replace(logs, role=RoleRef(kind=RoleKind.ROLE, name="log-reader"))
        assert real.cluster.questions(asked)
    finally:
        real.server.admin().delete(f"{ROLES.format(real.namespace)}/log-reader")
