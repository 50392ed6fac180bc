"""What we work out of roles and bindings is what a real API server answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.domain.access import ClusterAccess
from daypass.domain.grant import Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding, every_reason
from daypass.domain.review import Question
from sandbox.cluster.servers import ClusterServer
from tests.conftest import RBAC_CASES
from tests.leftovers import left_as_found
from tests.rbac import World, questions, worlds

CASES: Final = int(os.environ.get(RBAC_CASES, "2000"))
PER_SECOND: Final = 50
"""Answered on a slow machine; 50,000 took three minutes on two cores."""

pytestmark = [pytest.mark.real, pytest.mark.timeout(120 + CASES // PER_SECOND)]

QUESTIONS: Final = 80
"""Asked of each world: to build one takes the server longer than to answer."""
PATIENCE: Final = 2_000
"""Answers to wait for, a second or more of them."""
NAMESPACES: Final = ("test-eval-one", "test-eval-two")
GROUP: Final = "rbac.authorization.k8s.io"
ROOT: Final = f"/apis/{GROUP}/v1"


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[ClusterServer]:
    """A cluster with two namespaces for this test."""
    found: ClusterServer = request.getfixturevalue("clusters")["dev"]
    with left_as_found(found):
        for name in NAMESPACES:
            found.admin().post("/api/v1/namespaces", {"metadata": {"name": name}})
        yield found
        for name in NAMESPACES:
            found.admin().delete(f"/api/v1/namespaces/{name}")


@pytest.fixture(scope="module")
def cluster(
    server: ClusterServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiCluster]:
    """It as somebody who may ask about everybody."""
    token = tmp_path_factory.mktemp("asker") / "token"
    token.write_text(server.admin_token)
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=Path(token))
    asked = ApiCluster("dev", access, install="eval", now=lambda: datetime.now(UTC))
    yield asked
    asked.close()


def test_evaluator_agrees_with_the_server(server: ClusterServer, cluster: ApiCluster) -> None:
    """Whatever roles say and whoever is bound: a yes of ours is a yes of the server's, by name."""

    @settings(
        max_examples=max(CASES // QUESTIONS, 1),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        worlds(NAMESPACES), st.lists(questions(NAMESPACES), min_size=QUESTIONS, max_size=QUESTIONS)
    )
    def agree(world: World, asked: list[Question]) -> None:
        named = [replace(one, name=f"eval-{number}") for number, one in enumerate(world.bindings)]
        world = replace(world, bindings=tuple(named))
        with built(server, world):
            for question in asked:
                _agrees(cluster, world, question)

    agree()


def _agrees(cluster: ApiCluster, world: World, question: Question) -> None:
    """A server sees what was written to it some moments later: asked again for a while."""
    for _ in range(PATIENCE):
        if _same(cluster, world, question):
            return
    pytest.fail(f"the server says otherwise: {question}\n{world}")


def _same(cluster: ApiCluster, world: World, question: Question) -> bool:
    ours = [bound.binding for bound in every_reason(question, world.bindings, world.roles)]
    [answer] = cluster.reviews(question)
    if not ours or not answer.allowed:
        return answer.allowed is bool(ours)
    return any(answer.because_of(one.kind, one.namespace, one.name) for one in ours)


@contextmanager
def built(server: ClusterServer, world: World) -> Iterator[None]:
    """Put roles and bindings there, and take them away again."""
    made: list[str] = []
    try:
        for key, rules in world.roles.items():
            kind, *place, name = key.split("/")
            body = {"metadata": {"name": name}, "rules": [_rule(rule) for rule in rules]}
            made.append(_post(server, kind, "".join(place), body))
        for bound in world.bindings:
            made.append(_post(server, bound.kind, bound.namespace, _body(bound)))  # noqa: PERF401 - What was made is taken away, though the next fails.
        yield
    finally:
        for path in reversed(made):
            server.admin().delete(path)


def _post(server: ClusterServer, kind: str, namespace: str, body: dict[str, Any]) -> str:
    place = f"namespaces/{namespace}/" if namespace else ""
    collection = f"{ROOT}/{place}{kind.lower()}s"
    server.admin().post(collection, {"apiVersion": f"{GROUP}/v1", "kind": kind, **body})
    return f"{collection}/{body['metadata']['name']}"


def _rule(rule: PolicyRule) -> dict[str, list[str]]:
    said = {
        "verbs": rule.verbs,
        "apiGroups": rule.api_groups,
        "resources": rule.resources,
        "resourceNames": rule.resource_names,
        "nonResourceURLs": rule.non_resource_urls,
    }
    return {name: list(words) for name, words in said.items() if words}


def _body(binding: Binding) -> dict[str, Any]:
    role = {"apiGroup": GROUP, "kind": binding.role.kind, "name": binding.role.name}
    subjects = [_subject(one) for one in binding.subjects]
    return {"metadata": {"name": binding.name}, "roleRef": role, "subjects": subjects}


def _subject(subject: Subject) -> dict[str, str]:
    if subject.kind == "ServiceAccount":
        namespace, _, name = subject.name.partition("/")
        return {"kind": subject.kind, "namespace": namespace, "name": name}
    return {"apiGroup": GROUP, "kind": subject.kind, "name": subject.name}
