"""What the guard lets anybody change or delete."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from daypass.adapters.kubernetes.manifests import AT_ONCE, collection
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY
from daypass.domain.instants import write_time
from tests.guard import unguarded
from tests.integration.guarding.ground import (
    JSON,
    LONGEST,
    Ground,
    annotations,
    must_be_refused,
    must_be_refused_to_administrators,
)

pytestmark = pytest.mark.real


def subject(name: str) -> JSON:
    """Return a patch that binds somebody else."""
    one = {"kind": "User", "name": name, "apiGroup": "rbac.authorization.k8s.io"}
    return {"subjects": [one]}


def label(name: str, value: str | None) -> JSON:
    """Return a patch of one label; None takes it away."""
    return {"metadata": {"labels": {name: value}}}


CHANGES: list[tuple[str, JSON, str]] = [
    ("subject", subject("mallory@example.com"), "nothing changes but its end"),
    ("nobody", {"subjects": []}, "nothing changes but its end"),
    ("install", label(INSTALL, None), "writes nothing but the objects of leases"),
    ("given away", label(INSTALL, "neighbour"), "writes nothing but the objects of leases"),
    ("managed", label(MANAGED_BY, None), "writes nothing but the objects of leases"),
    ("lease", label(LEASE, "k7q2m9x4t1bd-1"), "writes nothing but the objects of leases"),
    ("approvers", annotations(approvers="mallory"), "nothing changes but its end"),
    ("no mac", annotations(mac=None), "nothing changes but its end"),
    ("later", annotations(create_before="2099-01-01T00:00:00Z"), "nothing changes but its end"),
    ("no end", annotations(expires_at=None), "A lease says when it ends"),
    ("no time", annotations(expires_at="tomorrow"), "A lease says when it ends"),
    ("2099", annotations(expires_at="2099-01-01T00:00:00Z"), "at most 1d6h after"),
    ("past", annotations(expires_at="2020-01-01T00:00:00Z"), "ends after it began"),
    ("held", {"metadata": {"finalizers": ["example.com/held"]}}, "No finalizer"),
]
WORKERS = pytest.mark.parametrize(
    ("patch", "said"),
    [(patch, said) for _, patch, said in CHANGES],
    ids=[name for name, _, _ in CHANGES],
)
ADMINS = pytest.mark.parametrize(
    "patch", [patch for _, patch, _ in CHANGES], ids=[name for name, _, _ in CHANGES]
)


@pytest.mark.parametrize("end", [timedelta(minutes=5), timedelta(hours=5), LONGEST])
def test_worker_moves_an_end(ground: Ground, end: timedelta) -> None:
    """To extend and to shorten is to change two annotations, within the maximum."""
    ref = ground.granted()
    moved = annotations(expires_at=write_time(datetime.now(UTC) + end), mac="11" * 32)
    reply = ground.change(ground.worker, ref, moved)
    assert reply.good, reply


def test_worker_cuts_what_is_longer_than_a_maximum_of_now(ground: Ground) -> None:
    """A maximum was lowered: time comes off what was granted before, and none is put on."""
    planned = ground.planned(end=5 * LONGEST)
    with unguarded(ground.server, ground.install):
        ref = ground.granted(planned)
    for times, said in ((4, ""), (5, "at most 1d6h after"), (3, ""), (0.5, ""), (3, "at most")):
        end = write_time(datetime.now(UTC) + times * LONGEST)
        reply = ground.change(ground.worker, ref, annotations(expires_at=end))
        assert reply.good is not bool(said), reply
        assert said in reply.message


@WORKERS
def test_worker_is_refused_when_it_changes_more(ground: Ground, patch: JSON, said: str) -> None:
    """What was approved stays what it was, whoever has the worker's token."""
    reply = ground.change(ground.worker, ground.granted(), patch)
    must_be_refused(reply, said)


@ADMINS
def test_administrator_is_refused_when_object_is_ours(ground: Ground, patch: JSON) -> None:
    """No label is taken off, no end moved, nobody added: not even by cluster-admin."""
    reply = ground.change(ground.admin, ground.granted(), patch)
    must_be_refused_to_administrators(reply)


def test_administrator_is_refused_when_object_becomes_ours(ground: Ground) -> None:
    """What was anybody's does not turn into a lease."""
    reply = ground.change(ground.admin, ground.bound_by_hand(), label(INSTALL, "guarded"))
    assert reply.status == HTTPStatus.FORBIDDEN, reply


def test_worker_is_refused_when_object_is_not_ours(ground: Ground) -> None:
    """The worker may delete and change any binding by its RBAC rights: the guard says which."""
    ref = ground.bound_by_hand()
    deleted = ground.delete(ground.worker, ref)
    changed = ground.change(ground.worker, ref, subject("mallory@example.com"))
    assert deleted.status == HTTPStatus.FORBIDDEN
    assert "deletes nothing but what is of its own install, guarded" in deleted.message
    assert changed.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ground.is_there(ref)


@pytest.mark.parametrize("who", ["worker", "admin"])
def test_anybody_who_may_deletes(ground: Ground, who: str) -> None:
    """To delete is always the safe direction; drift tells about it."""
    ref = ground.granted()
    assert ground.delete(getattr(ground, who), ref).good
    assert not ground.is_there(ref)


@pytest.mark.parametrize("who", ["worker", "admin"])
@pytest.mark.parametrize(
    "options",
    [
        {"propagationPolicy": "Foreground"},
        {"propagationPolicy": "Orphan"},
        {"orphanDependents": True},
    ],
    ids=["foreground", "orphan", "orphan as it was once written"],
)
def test_is_refused_when_a_deletion_is_to_wait(ground: Ground, who: str, options: JSON) -> None:
    """The server's own finalizers keep the access while something else is not gone."""
    ref = ground.granted()
    reply = ground.delete(getattr(ground, who), ref, **options)
    assert reply.status == HTTPStatus.FORBIDDEN, reply
    assert "--cascade=background" in reply.message
    assert ground.delete(ground.admin, ref, propagationPolicy="Background").good
    assert not ground.is_there(ref)


def test_is_refused_when_a_collection_is_to_wait(ground: Ground) -> None:
    """Each object of a collection is looked at by itself."""
    ref = ground.granted()
    place = collection(ref)
    waiting = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground"}
    assert ground.admin.write("DELETE", place, waiting).status == HTTPStatus.FORBIDDEN
    assert ground.admin.write("DELETE", place, AT_ONCE).good
    assert not ground.is_there(ref)


def test_binding_of_others_may_wait(ground: Ground) -> None:
    """How others delete what is not ours is their business."""
    ref = ground.bound_by_hand()
    assert ground.delete(ground.admin, ref, propagationPolicy="Foreground").good


@pytest.mark.parametrize("who", ["worker", "admin"])
def test_what_others_put_beside_ours_may_change(ground: Ground, who: str) -> None:
    """A webhook that stamps every write stops no extension, and a label of a team's no lease."""
    ref = ground.granted()
    for value in ("1", "2", None):
        theirs = {"labels": {"team": value}, "annotations": {"stamp.example.com/at": value}}
        reply = ground.change(getattr(ground, who), ref, {"metadata": theirs})
        assert reply.good, reply


def test_worker_moves_an_end_while_a_webhook_stamps(ground: Ground) -> None:
    """What a mutating webhook adds arrives in the same write as the new end."""
    ref = ground.granted()
    moved = annotations(expires_at=write_time(datetime.now(UTC) + timedelta(hours=5)), mac="11")
    moved["metadata"]["annotations"]["stamp.example.com/at"] = "now"
    moved["metadata"]["labels"] = {"stamped": "yes"}
    reply = ground.change(ground.worker, ref, moved)
    assert reply.good, reply


def test_two_installs_live_on_one_cluster(ground: Ground, neighbour: Ground) -> None:
    """Each grants, extends and ends its own, and cannot touch the other's."""
    theirs = neighbour.granted()
    mine = ground.granted()
    end = write_time(datetime.now(UTC) + timedelta(hours=5))
    for one, ref in ((ground, mine), (neighbour, theirs)):
        assert one.change(one.worker, ref, annotations(expires_at=end)).good
    for one, ref in ((ground, theirs), (neighbour, mine)):
        assert one.change(one.worker, ref, annotations(expires_at=end)).status >= 400
        assert one.delete(one.worker, ref).status == HTTPStatus.FORBIDDEN
    for one, ref in ((ground, mine), (neighbour, theirs)):
        assert one.delete(one.worker, ref).good
