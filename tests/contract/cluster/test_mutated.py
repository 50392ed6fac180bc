"""A policy of the cluster changes what is written there: what comes of it is no grant, and goes."""

import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from daypass.adapters.kubernetes.manifests import collection
from daypass.domain.errors import PermanentOutsideError
from tests.contract.cluster.stages import RealStage, an_object, of_somebody

JSON = dict[str, Any]
GROUP: Final = "admissionregistration.k8s.io/v1"
NAME: Final = "strips-labels"
SOON: Final = 30.0
"""Seconds in which a server knows a new policy."""

pytestmark = [pytest.mark.real, pytest.mark.parametrize("stage", ["real"], indirect=True)]


def without_labels(namespace: str) -> list[JSON]:
    """Return a policy that takes the labels off whatever is bound in a namespace."""
    bindings = {
        "apiGroups": ["rbac.authorization.k8s.io"],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["rolebindings"],
    }
    here = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    bare = '[JSONPatch{op: "add", path: "/metadata/labels", value: {"stripped": "yes"}}]'
    policy = {
        "matchConstraints": {"namespaceSelector": here, "resourceRules": [bindings]},
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": bare}}],
    }
    kinds = {"": policy, "Binding": {"policyName": NAME}}
    return [
        {
            "apiVersion": GROUP,
            "kind": f"MutatingAdmissionPolicy{kind}",
            "metadata": {"name": NAME},
            "spec": spec,
        }
        for kind, spec in kinds.items()
    ]


@pytest.fixture
def stripped(stage: RealStage) -> Iterator[RealStage]:
    """The stage, where labels are taken off."""
    admin = stage.server.admin()
    for manifest in without_labels(stage.namespace):
        admin.apply(manifest)
    try:
        until_stripped(stage)
        yield stage
    finally:
        for kind in ("mutatingadmissionpolicybindings", "mutatingadmissionpolicies"):
            admin.delete(f"/apis/{GROUP}/{kind}/{NAME}")


def until_stripped(stage: RealStage) -> None:
    """Bind somebody until the server does it."""
    until, number = time.monotonic() + SOON, 0
    while not any("stripped" in labels for labels in there(stage).values()):
        assert time.monotonic() < until, "the server takes no notice of the policy"
        number += 1
        stage.binds(of_somebody(an_object(stage), name=f"try-{number}"))


def there(stage: RealStage) -> dict[str, JSON]:
    """Return the labels of all bindings in the namespace."""
    found = stage.server.admin().get(collection(an_object(stage).ref))["items"]
    return {one["metadata"]["name"]: one["metadata"].get("labels") or {} for one in found}


def test_what_lost_our_labels_as_it_was_made_is_not_left(stripped: RealStage) -> None:
    """Law 2: no look, no watch and no dead man's switch would ever find it."""
    planned = an_object(stripped)
    with pytest.raises(PermanentOutsideError, match="a webhook or a policy of the cluster"):
        stripped.cluster.create(planned)
    assert planned.ref.name not in there(stripped)
