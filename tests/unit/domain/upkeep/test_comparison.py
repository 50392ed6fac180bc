"""What is needed beside what is there: what a server adds counts not, what others do does."""

from copy import deepcopy
from typing import Any

import pytest

from daypass.domain.upkeep.comparison import Standing, Thing, compared

RULE = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}
OTHER = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}
ROLE: dict[str, Any] = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "daypass-worker-main", "labels": {"app.kubernetes.io/part-of": "daypass"}},
    "rules": [RULE, OTHER],
}
GUARD: dict[str, Any] = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingAdmissionPolicyBinding",
    "metadata": {"name": "daypass-guard-main"},
    "spec": {"policyName": "daypass-guard-main", "validationActions": ["Deny"]},
}


def there(manifest: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return it as a server returns it, with changes of its body."""
    found = {**deepcopy(manifest), **changed}
    found["metadata"] |= {
        "uid": "1",
        "resourceVersion": "7",
        "creationTimestamp": "2026-01-05T09:00:00Z",
        "managedFields": [{}],
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"},
    }
    return found


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"rules": [OTHER, RULE]},
        {"rules": [{**RULE, "verbs": ["list", "get"], "resourceNames": []}, OTHER]},
        {"aggregationRule": None},
    ],
    ids=["as sent", "other order", "other order of words", "empty"],
)
def test_compares_as_same_when_only_the_server_wrote_there(changed: dict[str, Any]) -> None:
    """Nobody is told to apply what is there."""
    assert compared(ROLE, there(ROLE, **changed)).standing is Standing.SAME


@pytest.mark.parametrize(
    "changed",
    [
        {"rules": [RULE]},
        {"rules": [RULE, OTHER, {**OTHER, "verbs": ["*"]}]},
        {"rules": [RULE, {**OTHER, "resourceNames": ["one"]}]},
        {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}},
    ],
    ids=["a rule less", "a rule more", "narrower", "aggregated"],
)
def test_compares_as_changed_when_it_allows_something_else(changed: dict[str, Any]) -> None:
    """Wider or narrower, by whichever field."""
    assert compared(ROLE, there(ROLE, **changed)).standing is Standing.CHANGED


def test_compares_as_changed_when_somebody_narrows_the_guard() -> None:
    """Where it holds is as much of it as what it refuses."""
    everywhere = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}
    as_server = there(GUARD, spec={**GUARD["spec"], "matchResources": everywhere})
    assert compared(GUARD, as_server).standing is Standing.SAME
    but = {**everywhere, "namespaceSelector": {"matchLabels": {"a": "b"}}}
    narrowed = there(GUARD, spec={**GUARD["spec"], "matchResources": but})
    assert compared(GUARD, narrowed).standing is Standing.CHANGED
    warned = there(GUARD, spec={**GUARD["spec"], "validationActions": ["Warn"]})
    assert compared(GUARD, warned).standing is Standing.CHANGED


def test_judges_nothing_of_what_is_only_named() -> None:
    """The worker fills its ConfigMap, and clouds annotate accounts."""
    bare = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "y"}}
    assert compared(bare, there(bare, data={"watermark": "…"})).standing is Standing.SAME
    assert compared(bare, None).standing is Standing.MISSING


def test_compares_as_changed_when_our_label_is_gone() -> None:
    """By that it is found when it is needed no more."""
    found = there(ROLE)
    found["metadata"]["labels"] = {"team": "x"}
    assert compared(ROLE, found).standing is Standing.CHANGED


def test_names_the_command_that_deletes_it() -> None:
    """As `kubectl` takes it."""
    role = Thing(kind="Role", namespace="payments", name="a")
    assert role.deleting == "kubectl delete role a -n payments"
    assert str(Thing(kind="ClusterRole")) == "ClusterRole"
