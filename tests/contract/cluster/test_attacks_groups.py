"""What somebody with rights in one namespace may do to what a cluster is seen to be, really."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiException

from daypass.adapters.kubernetes.manifests import RBAC_GROUP
from daypass.adapters.redis.codec import encode
from daypass.domain.deliveries import realisation
from daypass.domain.discovery import Wanted
from daypass.domain.grant import INSTALL, MANAGED_BY, GrantObject, Subject
from daypass.domain.lease import ObjectRef
from daypass.domain.picture import Kind
from daypass.domain.rbac.groups import lending
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.roles import RoleKind, RoleRef
from sandbox.cluster.servers import ClusterServer
from tests.contract.cluster.stages import CATALOG, RealStage, worker_cluster
from tests.rules import the_level
from tests.stack import a_namespace

pytestmark = pytest.mark.real

ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/roles"
SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}


@pytest.fixture
def real(worker_server: ClusterServer, worker_token_file: Path) -> Iterator[RealStage]:
    """The contract's worker on dev, in a namespace of its own, which is also a group's name."""
    cluster = worker_cluster(worker_server, worker_token_file)
    with a_namespace(worker_server) as namespace:
        yield RealStage(
            server=worker_server, token=worker_token_file, cluster=cluster, namespace=namespace
        )
    cluster.close()


def binds(
    stage: RealStage, *rules: dict[str, Any], role: str = "reader", install: str = ""
) -> None:
    """Let somebody make a Role, and bind the group to it, under the label of an install."""
    place = {"name": role, "namespace": stage.namespace}
    body = {"apiVersion": f"{RBAC_GROUP}/v1", "kind": "Role", "metadata": place, "rules": rules}
    stage.server.admin().post(ROLES.format(stage.namespace), body)
    bound = GrantObject(
        ref=ObjectRef(kind="RoleBinding", namespace=stage.namespace, name="odd"),
        role=RoleRef(kind=RoleKind.ROLE, name=role),
        subjects=(Subject(kind="Group", name=stage.namespace),),
        labels={MANAGED_BY: "daypass", INSTALL: install} if install else {},
    )
    stage.binds(bound)


def meant(stage: RealStage) -> Meaning:
    """Return what the worker sees the group to mean."""
    seen = stage.cluster.discover(Wanted(groups=frozenset({stage.namespace})))
    return seen.means[f"Group/{stage.namespace}"]


@pytest.mark.parametrize("role", ["é" * 190_000, "odd\ufffd", "r" * 300])
def test_look_goes_on_when_a_group_has_a_role_whose_name_fits_no_address(
    real: RealStage, role: str
) -> None:
    """The server answers 431 to who asks for it by name, and no look must end with that."""
    binds(real, SECRETS, role=role)
    assert meant(real).risks == (Risk.SECRETS,)
    assert meant(real) == meant(real)


def test_group_means_what_it_is_bound_to_under_another_install_s_label(real: RealStage) -> None:
    """Whose label it bears anybody writes, and no guard of ours minds."""
    binds(real, SECRETS, install="other")
    assert meant(real).risks == (Risk.SECRETS,)
    shown = takewhile(lambda one: not one.whole, real.cluster.picture(Kind.ROLE_BINDING))
    assert f"RoleBinding/{real.namespace}/odd" in {one.entry.key for one in shown if one.entry}


def test_risk_is_named_however_long_the_role_is_in_which_it_hides(real: RealStage) -> None:
    """A word that is too long takes its rule away, and what is the twenty-first of its kind."""
    named = {**SECRETS, "resourceNames": ["x" * 254]}
    many = {**SECRETS, "resources": [*(f"r{n}" for n in range(20)), "pods/exec"]}
    binds(real, named, many)
    assert meant(real).risks == (Risk.SECRETS, Risk.EXEC)


def test_roles_of_a_namespace_fill_no_memory_however_little_their_words_say(
    real: RealStage,
) -> None:
    """Whoever is `admin` there has the group of no name, and may name it half a million times."""
    admin = RoleRef(name="admin")
    alice = Subject(name="alice@example.com")
    ref = ObjectRef(kind="RoleBinding", namespace=real.namespace, name="alice")
    real.binds(GrantObject(ref=ref, role=admin, subjects=(alice,)))
    rule = {"apiGroups": [""] * 4_990, "resources": ["pods"], "verbs": ["get"]}
    body = {"metadata": {"name": "many"}, "rules": [rule] * 20}
    api, place = real.server.api(real.server.tokens["alice"]), ROLES.format(real.namespace)
    for _ in range(100):  # Until the server knows her rights.
        with suppress(ApiException):
            api.post(place, {"apiVersion": f"{RBAC_GROUP}/v1", "kind": "Role", **body})
            break
    shown = takewhile(lambda one: not one.whole, real.cluster.picture(Kind.ROLE))
    [many] = [e for one in shown if (e := one.entry) and e.name == "many"]
    assert many.left_out == 19
    assert len(encode(many)) < 40_000


def test_role_that_is_too_long_to_be_read_is_seen_to_be_there(real: RealStage) -> None:
    """Whoever is bound to it has all of it: nobody is told that it is gone."""
    names = [f"pad-{number}" for number in range(5_001)]
    binds(real, SECRETS, {**SECRETS, "resources": ["configmaps"], "resourceNames": names})
    asked = Wanted(roles=frozenset({"reader"}), namespaces=frozenset({real.namespace}))
    seen = real.cluster.discover(asked)
    key = f"Role/{real.namespace}/reader"
    assert seen.unread == {key}
    assert key not in seen.means


def test_role_that_lends_a_group_means_that_and_no_more(real: RealStage) -> None:
    """As `daypass rbac` prints it; whatever somebody adds is told from it."""
    duty = the_level("duty", CATALOG)
    [static] = realisation(duty).static_roles(duty)
    seen = real.cluster.discover(Wanted(cluster_roles=frozenset({static.name})))
    assert seen.means == {f"ClusterRole/{static.name}": meaning(lending(static.acts_as))}
