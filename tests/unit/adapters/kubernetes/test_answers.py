"""What an API server, or a proxy before it, may answer, and what the use cases are told."""

import json
from collections.abc import Callable
from dataclasses import astuple
from datetime import timedelta
from http import HTTPStatus

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.manifests import rules
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import (
    BrokenInvariantError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.ports import Cluster
from tests.builders import NOON
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.served import (
    ESCALATION,
    PLANNED,
    QUESTION,
    REF,
    a_cluster,
    refused,
    stored,
)


def create(cluster: Cluster) -> object:
    """Create the planned object."""
    return cluster.create(PLANNED)


def delete(cluster: Cluster) -> object:
    """Delete it."""
    cluster.delete(REF)
    return None


def review(cluster: Cluster) -> object:
    """Ask for a review."""
    return cluster.reviews(QUESTION)[0]


@pytest.mark.parametrize("do", [create, delete], ids=["create", "delete"])
@pytest.mark.parametrize(
    "answer",
    [
        refused(500, "etcdserver: request timed out"),
        refused(503, "apiserver not ready"),
        refused(504, "request did not complete within the allotted timeout"),
        Canned(status=502, text="<html>Bad Gateway</html>"),
        Canned(silent=True),
    ],
    ids=["500", "503", "504", "a proxy's page", "hangs up"],
)
def test_says_unknown_when_server_fails_during_write(
    do: Callable[[Cluster], object], answer: Canned
) -> None:
    """A server that failed may have written all the same."""
    with a_cluster(answer) as (cluster, _), pytest.raises(TemporaryOutsideError) as raised:
        do(cluster)
    assert raised.value.unknown


@pytest.mark.parametrize(
    "answer",
    [
        Canned(status=201, text="not json"),
        Canned(status=201, body={"kind": "RoleBinding", "metadata": {}}),
        Canned(status=201, body=[]),
    ],
    ids=["no JSON", "no uid", "no object"],
)
def test_says_unknown_when_answer_to_create_cannot_be_read(answer: Canned) -> None:
    """A yes that cannot be read is a write that happened."""
    with a_cluster(answer) as (cluster, _), pytest.raises(TemporaryOutsideError) as raised:
        cluster.create(PLANNED)
    assert raised.value.unknown


def test_is_never_unknown_when_review_fails() -> None:
    """A review changes nothing, whatever became of it."""
    with (
        a_cluster(refused(500, "boom")) as (cluster, _),
        pytest.raises(TemporaryOutsideError) as raised,
    ):
        cluster.reviews(QUESTION)[0]
    assert not raised.value.unknown


@pytest.mark.parametrize(
    ("status", "seconds"), [(429, "7"), (503, "7")], ids=["too many requests", "unavailable"]
)
def test_keeps_wait_when_server_asks_for_one(status: int, seconds: str) -> None:
    """Retry-After is handed on."""
    answer = refused(status, "slow down", headers={"Retry-After": seconds})
    with a_cluster(answer) as (cluster, _), pytest.raises(TemporaryOutsideError) as raised:
        cluster.create(PLANNED)
    assert raised.value.delay == timedelta(seconds=7)
    assert raised.value.unknown is (status == HTTPStatus.SERVICE_UNAVAILABLE)


@pytest.mark.parametrize("do", [create, delete, review], ids=["create", "delete", "reviews"])
@pytest.mark.parametrize("status", [401, 429], ids=["token replaced", "too many requests"])
def test_tries_again_when_refusal_passes(do: Callable[[Cluster], object], status: int) -> None:
    """A token may be replaced and a queue empties; nothing was written."""
    with (
        a_cluster(refused(status, "no")) as (cluster, _),
        pytest.raises(TemporaryOutsideError) as raised,
    ):
        do(cluster)
    assert not raised.value.unknown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refused(403, ESCALATION), "may not bind ClusterRole/view there"),
        (
            refused(
                403,
                'rolebindings.rbac.authorization.k8s.io "x" is forbidden: '
                "unable to create new content in namespace payments because it is being terminated",
            ),
            "namespace payments is being deleted",
        ),
        (refused(404, 'namespaces "payments" not found'), "namespace payments does not exist"),
        (refused(422, "RoleBinding is invalid: roleRef.name"), "invalid: roleRef.name (422)"),
        (refused(403, "admission webhook denied"), "admission webhook denied (403)"),
        (
            refused(
                422,
                'rolebindings.rbac.authorization.k8s.io "x" is forbidden: '
                "ValidatingAdmissionPolicy 'daypass-guard-main' with binding 'daypass-guard-main' "
                "denied request: It is too late to create this object.",
            ),
            "rolebindings: daypass-guard-main refused it: It is too late to create this object. (",
        ),
    ],
    ids=["no bind", "terminating", "no namespace", "invalid", "denied", "guard"],
)
def test_says_what_to_change_when_create_is_refused(answer: Canned, said: str) -> None:
    """A refusal for good names its reason."""
    with a_cluster(answer) as (cluster, _), pytest.raises(PermanentOutsideError) as raised:
        cluster.create(PLANNED)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        ESCALATION,
        "unable to create new content in namespace payments because it is being terminated",
        "ValidatingAdmissionPolicy 'nice' with binding 'nice' denied request: ask mallory",
    ],
)
def test_believes_no_words_that_are_part_of_a_name(name: str) -> None:
    """Somebody may name an object as the server speaks: the sentence begins after the name."""
    quoted = json.dumps(name)
    message = f"rolebindings.rbac.authorization.k8s.io {quoted} is forbidden: no"
    with (
        a_cluster(refused(403, message)) as (cluster, _),
        pytest.raises(PermanentOutsideError) as raised,
    ):
        cluster.create(PLANNED)
    assert "RoleBinding payments" not in str(raised.value)
    assert 'rolebindings: rolebindings.rbac.authorization.k8s.io "' in str(raised.value)


@pytest.mark.parametrize("do", [create, delete, review], ids=["create", "delete", "reviews"])
def test_tries_again_when_server_refuses_while_it_starts(do: Callable[[Cluster], object]) -> None:
    """A server that has not read the roles yet refuses everybody: that is no answer."""
    with a_cluster(refused(403, "no")) as (cluster, server):
        server.ready = False
        with pytest.raises(TemporaryOutsideError, match="still starting") as raised:
            do(cluster)
    assert not raised.value.unknown


def test_cuts_words_when_server_says_much() -> None:
    """Nobody is shown three screens of rules."""
    with (
        a_cluster(refused(422, "x " * 5_000)) as (cluster, _),
        pytest.raises(OutsideError) as raised,
    ):
        cluster.create(PLANNED)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize("do", [create, delete, review], ids=["create", "delete", "reviews"])
def test_is_never_unknown_when_nothing_listens(do: Callable[[Cluster], object]) -> None:
    """A request that could not be sent changed nothing."""
    with CannedServer() as server:
        access = ClusterAccess(server=server.url)
    cluster = ApiCluster("prod", access, install="main", now=lambda: NOON)
    with pytest.raises(TemporaryOutsideError) as raised:
        do(cluster)
    assert not raised.value.unknown
    cluster.close()


def test_refuses_when_conflict_is_with_another() -> None:
    """What has our name and differs is not ours."""
    other = {**stored(), "subjects": [{"kind": "User", "name": "mallory"}]}
    with (
        a_cluster(refused(409, "exists"), Canned(body=other)) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="another RoleBinding payments/daypass-a-1"),
    ):
        cluster.create(PLANNED)


def test_is_done_when_deleted_object_is_gone() -> None:
    """Gone is what was wanted."""
    with a_cluster(*[refused(404, "not found")] * 2) as (cluster, _):
        assert cluster.delete(REF) is None


def test_asks_nothing_when_object_to_delete_has_no_uid() -> None:
    """Nothing is ever deleted by its name alone."""
    with a_cluster() as (cluster, server), pytest.raises(BrokenInvariantError):
        cluster.delete(PLANNED.ref)
    assert server.asked == []


def test_returns_uid_when_conflict_is_with_itself() -> None:
    """A create that arrived twice is done."""
    with a_cluster(refused(409, "exists"), Canned(body=stored("u-9"))) as (cluster, _):
        assert cluster.create(PLANNED).uid == "u-9"


def test_tries_again_when_conflict_is_gone() -> None:
    """What was in the way and went is no reason to give up."""
    with (
        a_cluster(refused(409, "exists"), refused(404, "gone")) as (cluster, _),
        pytest.raises(TemporaryOutsideError),
    ):
        cluster.create(PLANNED)


def test_deletes_only_that_uid_when_asked() -> None:
    """The server itself compares the uid."""
    with a_cluster(Canned(body={"kind": "Status"})) as (cluster, server):
        cluster.delete(REF)
    assert server.asked[0].body["preconditions"] == {"uid": "u-1"}


def test_is_no_when_review_is_not_a_plain_yes() -> None:
    """An answer that says denied, or nothing, allows nothing."""
    odd = [{"allowed": True, "denied": True}, {}, {"allowed": "true"}]
    one_server = Canned(body={"items": []})
    with a_cluster(one_server, *(Canned(body={"status": one}) for one in odd)) as (cluster, _):
        assert not any(cluster.reviews(QUESTION)[0].allowed for _ in odd)


def test_asks_for_rules_once_when_many_are_planned() -> None:
    """A role's rules are kept for a short time, and read anew when told."""
    role = {"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}
    with a_cluster(Canned(body=role), Canned(body={"rules": None})) as (cluster, server):
        assert cluster.questions(PLANNED) == cluster.questions(PLANNED)
        assert len(server.asked) == 1
        cluster.forget_roles()
        with pytest.raises(PermanentOutsideError, match="allows nothing"):
            cluster.questions(PLANNED)


def test_proves_by_no_rule_that_is_megabytes_long() -> None:
    """A namespace's own administrators write its Roles, and what is asked is kept in the store."""
    long = {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["x"]}
    words = [{name: ["x" * 300] for name in long}, {**long, "resourceNames": ["x" * 700_000]}]
    short = {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]}
    role = {"rules": [*words, short, *[long] * 5_000]}
    wide = [Canned(body=one) for one in (role, {"rules": words}) for _ in range(2)]
    with a_cluster(*wide) as (cluster, _):
        assert [one.resource for one in cluster.questions(PLANNED)] == ["pods"]
        cluster.forget_roles()
        with pytest.raises(PermanentOutsideError, match="allows nothing"):
            cluster.questions(PLANNED)


def test_keeps_of_a_role_what_chooses_a_question() -> None:
    """Words are counted, not only measured: they stay in memory for every role that is granted."""
    fields = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
    wide = {key: [f"{number:x}" for number in range(10_000)] for key in fields}
    kept = rules({"rules": [wide] * 2})
    assert {len(words) for rule in kept for words in astuple(rule)} == {20}
    assert len(kept) == 2


def test_names_itself_when_it_calls() -> None:
    """The cluster's audit log can tell who we are."""
    with a_cluster(Canned(body=stored())) as (cluster, server):
        cluster.read(REF)
    assert server.asked[0].headers["User-Agent"].startswith("daypass/")
