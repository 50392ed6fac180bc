"""What a real server lets somebody do by a right that looks harmless; its risk is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest
import urllib3

from daypass.adapters.kubernetes.manifests import RBAC_GROUP, rules
from daypass.domain.rbac.risk import Risk, risks
from sandbox.cluster.servers import ClusterServer
from sandbox.seed import apply
from tests.stack import a_namespace

pytestmark = pytest.mark.real

LABEL = "pod-security.kubernetes.io/enforce"
REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
NOTHING = (HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE)
"""The server let it pass, and there is nothing to be reached."""


@contextmanager
def holding(server: ClusterServer, rule: dict[str, Any]) -> Iterator[tuple[Risk, ...]]:
    """Let alice have that rule on the whole cluster; the risks of it are given."""
    version, name = f"{RBAC_GROUP}/v1", "test-risks"
    role = {"apiVersion": version, "kind": "ClusterRole", "metadata": {"name": name}}
    bound = {"apiVersion": version, "kind": "ClusterRoleBinding", "metadata": {"name": name}}
    ref = {"apiGroup": RBAC_GROUP, "kind": "ClusterRole", "name": name}
    alice = {"apiGroup": RBAC_GROUP, "kind": "User", "name": "alice@example.com"}
    apply(server, [{**role, "rules": [rule]}, {**bound, "roleRef": ref, "subjects": [alice]}])
    try:
        yield risks(rules({"rules": [rule]}))
    finally:
        for plural in ("clusterrolebindings", "clusterroles"):
            server.admin().delete(f"/apis/{version}/{plural}/{name}")


def sent(
    server: ClusterServer, method: str, path: str, body: dict[str, Any], **headers: str
) -> tuple[int, dict[str, Any]]:
    """Return what the server answers to alice, once it knows her rights."""
    said = {"Authorization": f"Bearer {server.tokens['alice']}", **headers}
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    with urllib3.PoolManager(ca_certs=str(server.ca_file)) as http:
        answers = (
            http.request(
                method,
                server.url + path,
                body=json.dumps(body),
                headers={"Content-Type": kind, **said},
            )
            for _ in range(100)
        )
        known = (one for one in answers if one.status != HTTPStatus.FORBIDDEN)
        answer = next(known)
    try:
        return answer.status, answer.json()
    except ValueError:
        return answer.status, {}


@pytest.mark.parametrize(("method", "part"), [("PATCH", "status"), ("PUT", "finalize")])
def test_namespace_is_relabelled_by_a_part_of_it(
    worker_server: ClusterServer, method: str, part: str
) -> None:
    """What pods may do there is a label, and each part of a namespace takes labels."""
    rule = {"apiGroups": [""], "resources": [f"namespaces/{part}"], "verbs": ["patch", "update"]}
    with a_namespace(worker_server) as name, holding(worker_server, rule) as named:
        place = f"/api/v1/namespaces/{name}"
        body = worker_server.admin().get(place)
        body["metadata"]["labels"] = {**body["metadata"]["labels"], LABEL: "privileged"}
        assert sent(worker_server, method, f"{place}/{part}", body)[0] == HTTPStatus.OK
        assert worker_server.admin().get(place)["metadata"]["labels"][LABEL] == "privileged"
    assert named == (Risk.NAMESPACES,)


@pytest.mark.parametrize(
    ("verb", "method", "which", "body"),
    [
        ("patch", "PATCH", "/mine?dryRun=All", {}),
        ("delete", "DELETE", "/mine", {"dryRun": ["All"], "propagationPolicy": "Foreground"}),
        ("deletecollection", "DELETE", "", {"dryRun": ["All"]}),
    ],
)
def test_secret_is_read_by_what_changes_it(
    worker_server: ClusterServer, verb: str, method: str, which: str, body: dict[str, Any]
) -> None:
    """The answer to a change is the whole object, also where it is only tried."""
    rule = {"apiGroups": [""], "resources": ["secrets"], "verbs": [verb]}
    with a_namespace(worker_server) as name, holding(worker_server, rule) as named:
        place = f"/api/v1/namespaces/{name}/secrets"
        made = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine"}}
        worker_server.admin().post(place, {**made, "data": {"password": "aHVudGVyMg=="}})
        status, said = sent(worker_server, method, f"{place}{which}", body)
    assert status == HTTPStatus.OK
    assert "aHVudGVyMg==" in json.dumps(said)
    assert Risk.SECRETS in named


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_pods_are_reached_by_every_verb_of_a_proxy(
    worker_server: ClusterServer, method: str
) -> None:
    """The server hands on a request of any kind; its verb is that of the request."""
    verbs = ["update", "patch", "delete"]
    rule = {"apiGroups": [""], "resources": ["services/proxy"], "verbs": verbs}
    with a_namespace(worker_server) as name, holding(worker_server, rule) as named:
        place = f"/api/v1/namespaces/{name}/services/none/proxy/"
        assert sent(worker_server, method, place, {})[0] in NOTHING
    assert named == (Risk.NETWORK,)


def test_somebody_is_impersonated_by_a_star(worker_server: ClusterServer) -> None:
    """A star is every verb: since 1.36 also `impersonate:user-info` and what goes with it."""
    rule = {
        "apiGroups": ["authentication.k8s.io"],
        "resources": ["users", "selfsubjectreviews"],
        "verbs": ["*"],
    }
    who = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    as_bob = {"Impersonate-User": "bob@example.com"}
    with holding(worker_server, rule) as named:
        status, said = sent(worker_server, "POST", REVIEWS, who, **as_bob)
    assert status == HTTPStatus.CREATED
    assert said["status"]["userInfo"]["username"] == "bob@example.com"
    assert named == (Risk.IMPERSONATION,)
