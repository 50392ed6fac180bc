"""What somebody with rights in a namespace may make a real server say of who may do what there."""

from dataclasses import replace

import pytest

from daypass.adapters.kubernetes.words import LONGEST
from daypass.domain.grant import Subject
from daypass.domain.lease import because_of
from daypass.domain.review import EVERYBODY
from daypass.domain.roles import RoleKind, RoleRef
from tests.contract.cluster.stages import RealStage, an_object, of_somebody, settled
from tests.contract.cluster.test_attacks import ROLES, real

__all__ = ["real"]
pytestmark = pytest.mark.real

MANY = 9
"""Roles; eight of such names are more than 16 MiB of JSON."""
LONG = "<" * 380_000


def test_end_is_proven_although_the_answer_names_megabytes(real: RealStage) -> None:
    """A server names each role that is missing, before it says that nothing else allows it."""
    admin, place = real.server.admin(), ROLES.format(real.namespace)
    everybody = (Subject(name=EVERYBODY, kind="Group"),)
    planned = an_object(real)
    for number in range(MANY):
        name = f"{number}{LONG}"
        metadata = {"name": name, "namespace": real.namespace, "labels": {"gone": "soon"}}
        kind = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role"}
        admin.post(place, {**kind, "metadata": metadata, "rules": []})
        named = RoleRef(kind=RoleKind.ROLE, name=name)
        real.binds(replace(of_somebody(planned, name=f"b{number}"), role=named, subjects=everybody))
    admin._send("DELETE", f"{place}?labelSelector=gone%3Dsoon", None)
    [question] = real.cluster.questions(planned)
    ref = real.cluster.create(planned)
    assert because_of(settled(real, question, allowed=True), ref)
    real.cluster.delete(ref)
    said = settled(real, question, allowed=False)
    assert not said.allowed
    assert said.reason.startswith("RBAC: [")
    assert len(said.reason) == LONGEST
