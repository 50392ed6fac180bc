"""Objects under our label that somebody forged, altered or deleted on the cluster (law 1)."""

from typing import Any

import pytest

from daypass.domain.lease import EndCause, LeaseState
from tests.guard import unguarded
from tests.talk import JSON
from tests.whole import MARK, Whole

pytestmark = pytest.mark.real

_GROUP = "rbac.authorization.k8s.io"
_BINDINGS = f"/apis/{_GROUP}/v1/namespaces/payments/rolebindings"
_END = "daypass.dev/expires-at"


def _forged(name: str, *, install: str = "sandbox", lease: str = "k7q2m9x4t1bd-1") -> JSON:
    """Give carol `edit` in payments, dressed up as ours."""
    labels = {MARK: "daypass", "daypass.dev/lease": lease, "daypass.dev/install": install}
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {_END: "2099-01-01T00:00:00Z", "daypass.dev/mac": "00" * 32},
        },
        "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": _GROUP, "kind": "User", "name": "carol@example.com"}],
    }


def _without_end(forged: JSON) -> JSON:
    del forged["metadata"]["annotations"][_END]
    return forged


@pytest.mark.parametrize("without_end", [False, True], ids=["with an end", "without an end"])
def test_removes_object_when_it_was_forged(whole: Whole, *, without_end: bool) -> None:
    """Our label without our seal does not last, and gives nothing any more."""
    forged = _forged("daypass-k7q2m9x4t1bd-1-1-1")
    with unguarded(whole.prod):
        whole.prod.admin().post(_BINDINGS, _without_end(forged) if without_end else forged)
    whole.until(lambda: not whole.objects(), "it is removed")
    assert not whole.sees_pods("carol")


def test_removes_forgery_only_when_it_names_a_live_lease(whole: Whole) -> None:
    """A second object in a lease's name is none of its own; the lease goes on."""
    request = whole.grants()
    with unguarded(whole.prod):
        whole.prod.admin().post(_BINDINGS, _forged("daypass-copied", lease=f"{request}-1"))
    whole.until(lambda: not whole.sees_pods("carol"), "the forgery is removed")
    assert whole.sees_pods("alice")
    assert whole.lease(request).state is LeaseState.ACTIVE


@pytest.mark.parametrize("what", ["subjects", "end"])
def test_ends_lease_when_its_object_was_altered(whole: Whole, what: str) -> None:
    """Who is on it, until when: what was not approved goes, the lease with it, and that is told."""
    request = whole.grants()
    altered = _altered(whole.object_of(request), what)
    with unguarded(whole.prod):
        whole.prod.admin().apply(altered)
    whole.until(lambda: not whole.objects(), "the altered object is removed")
    whole.card(request, "Ended", "it was removed or changed on the cluster")
    assert whole.lease(request).cause is EndCause.DRIFTED
    assert not whole.sees_pods("carol")
    assert not whole.sees_pods("alice")


def _altered(found: JSON, what: str) -> JSON:
    metadata: dict[str, Any] = {
        "name": found["metadata"]["name"],
        "namespace": found["metadata"]["namespace"],
    }
    kept: JSON = {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": found["roleRef"],
        "subjects": found["subjects"],
    }
    if what == "end":
        metadata["annotations"] = {_END: "2099-01-01T00:00:00Z"}
    else:
        carol = {"apiGroup": _GROUP, "kind": "User", "name": "carol@example.com"}
        kept["subjects"] = [*found["subjects"], carol]
    return kept


def test_tells_when_object_was_deleted_by_hand(whole: Whole) -> None:
    """Nobody is told that they have what they have not: the lease has drifted."""
    request = whole.grants()
    name = whole.object_of(request)["metadata"]["name"]
    whole.prod.admin().delete(f"{_BINDINGS}/{name}")
    whole.card(request, "Ended", "it was removed or changed on the cluster")
    whole.direct("alice", "it was removed or changed", f"{request}-1")
    assert whole.lease(request).cause is EndCause.DRIFTED


def test_leaves_objects_of_another_install_alone(whole: Whole) -> None:
    """Two installs on one cluster never touch each other's objects."""
    theirs = _forged("daypass-of-others", install="other")
    whole.prod.admin().post(_BINDINGS, theirs)
    try:
        whole.sees_afresh()
        left = whole.prod.admin().get(f"{_BINDINGS}/daypass-of-others")
        assert left["metadata"]["labels"]["daypass.dev/install"] == "other"
    finally:
        whole.prod.admin().delete(f"{_BINDINGS}/daypass-of-others")
