"""Which rights show what is in a secret, by a real API server's own answers."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

import pytest
from kubernetes.client import ApiException

from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.risk import Risk, risks
from sandbox.cluster.api import Api
from sandbox.cluster.servers import ClusterServer
from tests.leftovers import left_as_found

pytestmark = pytest.mark.real

PLACE: Final = "test-risks"
SECRETS: Final = f"/api/v1/namespaces/{PLACE}/secrets"
RBAC: Final = "rbac.authorization.k8s.io"
HIDDEN: Final = "aGlkZGVu"
PATIENCE: Final = 2_000
"""Answers to wait for until what was bound holds, a second or more of them."""
DB: Final = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": PLACE}}
DONE: Final[dict[str, Callable[[Api], dict[str, Any]]]] = {
    "get": lambda api: api.get(f"{SECRETS}/db"),
    "list": lambda api: api.get(SECRETS),
    "patch": lambda api: api.apply(DB),
    "delete": lambda api: api.delete(f"{SECRETS}/db?dryRun=All&propagationPolicy=Foreground"),
    "deletecollection": lambda api: api.delete(f"{SECRETS}?dryRun=All"),
}
"""What somebody does who may do that and nothing else; none of it changes anything."""


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[ClusterServer]:
    """A cluster with a namespace that has a secret."""
    found: ClusterServer = request.getfixturevalue("clusters")["dev"]
    with left_as_found(found):
        found.admin().post("/api/v1/namespaces", {"metadata": {"name": PLACE}})
        found.admin().post(SECRETS, {**DB, "data": {"password": HIDDEN}})
        yield found
        found.admin().delete(f"/api/v1/namespaces/{PLACE}")


@pytest.mark.parametrize("verb", DONE)
def test_risk_of_secrets_is_what_shows_one(server: ClusterServer, verb: str) -> None:
    """Also what is meant to change or to delete: the server answers with the whole."""
    rule = PolicyRule(verbs=(verb,), resources=("secrets",))
    _bind(server, rule, "carol@example.com")
    shown = HIDDEN in str(_once_it_holds(server.api(server.tokens["carol"]), verb))
    assert (Risk.SECRETS in risks([rule])) is shown


def _bind(server: ClusterServer, rule: PolicyRule, user: str) -> None:
    name = {"name": "by-verb", "namespace": PLACE}
    kinds = {"apiVersion": f"{RBAC}/v1", "metadata": name}
    words = {"verbs": list(rule.verbs), "apiGroups": [""], "resources": list(rule.resources)}
    server.admin().apply({**kinds, "kind": "Role", "rules": [words]})
    role = {"apiGroup": RBAC, "kind": "Role", "name": "by-verb"}
    subject = {"apiGroup": RBAC, "kind": "User", "name": user}
    server.admin().apply({**kinds, "kind": "RoleBinding", "roleRef": role, "subjects": [subject]})


def _once_it_holds(api: Api, verb: str) -> dict[str, Any]:
    """A server knows what was bound some moments later."""
    for _ in range(PATIENCE):
        try:
            return DONE[verb](api)
        except ApiException as no:
            if no.status != HTTPStatus.FORBIDDEN:
                raise
    pytest.fail(f"{verb} was never allowed")
