"""What the guard lets anybody create."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from daypass.domain.catalog import Delivery
from daypass.domain.grant import CREATE_BEFORE, EXPIRES_AT, INSTALL, LEASE, MANAGED_BY
from tests.integration.guarding.ground import (
    JSON,
    LONGEST,
    Change,
    Ground,
    a_catalog_of,
    must_be_refused,
    must_be_refused_to_administrators,
)

pytestmark = pytest.mark.real


def label(name: str, value: str | None) -> Change:
    """Write a label, or take it away."""
    return lambda made: _set(made["metadata"]["labels"], name, value)


def annotation(name: str, value: str | None) -> Change:
    """Write an annotation, or take it away."""
    return lambda made: _set(made["metadata"]["annotations"], name, value)


def subjects(*found: tuple[str, str]) -> Change:
    """Write these subjects instead."""
    return lambda made: made.update(subjects=[_subject(*one) for one in found])


def named(name: str) -> Change:
    """Write another name."""
    return lambda made: made["metadata"].update(name=name)


def _subject(kind: str, name: str) -> JSON:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": "default"}
    return {"kind": kind, "name": name, "apiGroup": "rbac.authorization.k8s.io"}


def _set(table: dict[str, str], name: str, value: str | None) -> None:
    table.pop(name, None)
    if value is not None:
        table[name] = value


def test_has_every_delivery() -> None:
    """What the guard lets through is tried for each, or missed here."""
    assert {level.delivery for level in a_catalog_of("any").levels} == set(Delivery)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("ClusterRole/view", None),
        ("ClusterRole/platform-admin-duties", None),
        ("Role/log-reader", "payments"),
        ("ClusterRole/debugger-duties", ""),
        ("ClusterRole/daypass-sudo-duty", ""),
        ("ClusterRole/binding-reader", ""),
        ("ClusterRole/debugger-duties", "payments"),
    ],
    ids=["choose", "choose any", "namespace", "cluster-wide", "sudo", "mirror", "mirror within"],
)
def test_worker_creates_what_a_level_offers(ground: Ground, role: str, place: str | None) -> None:
    """The guard is in nobody's way who keeps the laws; the longest lease included."""
    ref = ground.granted(ground.planned(role, place=place, end=LONGEST))
    assert ground.delete(ground.worker, ref).good


MARKS = "writes nothing but the objects of leases"
TIMES = "A lease says when it ends"
PERSON = "A lease is of one person"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (label(LEASE, None), MARKS),
        (label(LEASE, "k7q2m9x4t1bd-1"), MARKS),
        (label(INSTALL, None), MARKS),
        (label(INSTALL, "neighbour"), MARKS),
        (label(MANAGED_BY, None), MARKS),
        (named("team-admins"), MARKS),
        (annotation(EXPIRES_AT, None), TIMES),
        (annotation(EXPIRES_AT, "tomorrow"), TIMES),
        (annotation(EXPIRES_AT, "2099-01-01T00:00:00+01:00"), TIMES),
        (annotation(CREATE_BEFORE, None), TIMES),
        (annotation(EXPIRES_AT, "2099-01-01T00:00:00Z"), "at most 1d6h after"),
        (annotation(EXPIRES_AT, "2020-01-01T00:00:00Z"), "ends after it began"),
        (annotation(EXPIRES_AT, "2026-02-31T00:00:00Z"), "daypass-guard-guarded"),
        (subjects(), PERSON),
        (subjects(("User", "carol"), ("User", "dan")), PERSON),
        (subjects(("Group", "everybody")), PERSON),
        (subjects(("ServiceAccount", "default")), PERSON),
        (subjects(("User", "system:admin")), PERSON),
        (subjects(("User", "eks:admin")), PERSON),
        (subjects(("User", "aws:admin")), PERSON),
        (subjects(("User", "kubeadm:admin")), PERSON),
        (lambda made: made["metadata"].update(finalizers=["example.com/held"]), "No finalizer"),
    ],
    ids=[
        *("no lease", "another lease", "no install", "another install", "not managed", "name"),
        *("no end", "no time", "no UTC", "no create-before", "2099", "past", "no such day"),
        *("nobody", "two", "group", "account", "system", "eks", "aws", "kubeadm", "finalizer"),
    ],
)
def test_worker_is_refused_when_it_breaks_a_law(ground: Ground, change: Change, said: str) -> None:
    """Whoever has the worker's token, or a bug: the API server keeps the laws (law 8)."""
    planned = ground.planned()
    reply = ground.create(ground.worker, planned, change)
    must_be_refused(reply, said)
    assert not ground.is_there(planned.ref)


@pytest.mark.parametrize(
    "after",
    ["é" * 190_000, "\n", "a", "0", "1-x", "1-1-1", "1" * 6, "1-", ""],
    ids=["a megabyte", "line", "letter", "zero", "x", "three", "long", "dash", "nothing"],
)
def test_worker_is_refused_when_the_whole_name_is_not_a_leases(ground: Ground, after: str) -> None:
    """A beginning proves nothing: a name that fits no address could never be deleted by it."""
    planned = ground.planned()
    lease = planned.labels[LEASE]
    reply = ground.create(ground.worker, planned, named(f"daypass-{lease}-{after}"))
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY, reply
    assert MARKS in reply.message
    assert not ground.names()


@pytest.mark.parametrize(
    ("role", "place", "said"),
    [
        ("ClusterRole/view", "payments", "No level of Daypass offers this role"),
        ("ClusterRole/view", "", "No level of Daypass offers this role"),
        ("ClusterRole/debugger-duties", None, "No level of Daypass offers this role"),
        ("ClusterRole/platform-admin-duties", "", "No level of Daypass offers this role"),
        ("ClusterRole/platform-admin-duties", "kube-system", "Nothing is granted in"),
        ("ClusterRole/platform-admin-duties", "daypass", "Nothing is granted in"),
    ],
)
def test_worker_is_refused_when_role_is_not_offered_there(
    ground: Ground, role: str, place: str | None, said: str
) -> None:
    """It may bind these roles by its RBAC rights, which cannot say where: the guard can."""
    reply = ground.create(ground.worker, ground.planned(role, place=place))
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY, reply
    assert said in reply.message


def test_worker_is_refused_when_it_is_too_late(ground: Ground) -> None:
    """A request that was under way for longer than it may be grants nothing (law 2)."""
    planned = ground.planned(late=-timedelta(seconds=2))
    reply = ground.create(ground.worker, planned)
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY, reply
    assert "It is too late to create this object" in reply.message
    assert not ground.is_there(planned.ref)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made,
        lambda made: made["metadata"].update(labels={}, annotations={}),
        named("innocent"),
        lambda made: made["metadata"].update(name="innocent", labels={MANAGED_BY: "daypass"}),
    ],
    ids=["all of it", "the name only", "the install's label only", "our mark only"],
)
def test_administrator_is_refused_when_object_looks_like_ours(
    ground: Ground, change: Change
) -> None:
    """Nobody but Daypass makes what people take for a lease."""
    planned = ground.planned()
    reply = ground.create(ground.admin, planned, change)
    must_be_refused_to_administrators(reply)


@pytest.mark.parametrize("install", ["elsewhere", "daypass"])
@pytest.mark.parametrize("managed", ["daypass", None], ids=["managed", "by hand"])
def test_administrator_is_refused_when_object_passes_for_another_installs(
    ground: Ground, install: str, managed: str | None
) -> None:
    """Under the name of one of ours it would hold its end for ever: no worker may delete it."""
    planned = ground.planned()

    def give_away(made: JSON) -> None:
        label(INSTALL, install)(made)
        label(MANAGED_BY, managed)(made)

    reply = ground.create(ground.admin, planned, give_away)
    assert reply.status == HTTPStatus.FORBIDDEN, reply
    assert "Only the grants worker of the install that its label" in reply.message
    assert not ground.is_there(planned.ref)


def test_administrator_binds_whom_they_like_beside_us(ground: Ground) -> None:
    """What is not Daypass's is none of the guard's business."""
    ref = ground.bound_by_hand()
    assert ground.change(ground.admin, ref, {"metadata": {"labels": {"team": "a"}}}).good
    assert ground.delete(ground.admin, ref).good
