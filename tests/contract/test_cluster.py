"""The contract of the Cluster port, in memory and on a real API server with the worker's rights."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.rights import rights
from daypass.domain.catalog import RoleKind, RoleRef
from daypass.domain.errors import (
    BrokenInvariantError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject, Subject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.domain.review import Answer, Question
from sandbox.cluster.servers import ClusterServer
from sandbox.seed import apply, worker_token
from tests.contract.cluster_stages import (
    CATALOG,
    DUTY,
    NOW,
    RealStage,
    Stage,
    memory_stage,
    roles,
    worker_cluster,
)
from tests.stack import a_namespace

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> ClusterServer:
    """The dev cluster, where the worker has the rights of the contract's catalog."""
    found: ClusterServer = request.getfixturevalue("clusters")["dev"]
    apply(found, rights(CATALOG, "dev"))
    return found


@pytest.fixture(scope="module")
def token(server: ClusterServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worker's token."""
    return worker_token(server, tmp_path_factory.mktemp("worker") / "token")


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.real)])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A cluster to play on, and a namespace in it."""
    if request.param == "memory":
        yield memory_stage()
        return
    server: ClusterServer = request.getfixturevalue("server")
    token: Path = request.getfixturevalue("token")
    cluster = worker_cluster(server, token)
    with a_namespace(server) as namespace:
        apply(server, roles(namespace))
        yield RealStage(server=server, token=token, cluster=cluster, namespace=namespace)
    cluster.close()


def an_object(stage: Stage, role: str = "view", *, kind: str = "RoleBinding") -> GrantObject:
    """Return a planned object of a lease and a user that no other test has."""
    number = next(_NUMBERS)
    lease = f"{stage.namespace[-8:]}{number}-1"
    namespace = stage.namespace if kind == "RoleBinding" else ""
    return GrantObject(
        ref=ObjectRef(kind=kind, namespace=namespace, name=f"daypass-{lease}-1"),
        role=RoleRef(name=role),
        subjects=(Subject(name=f"user-{lease}@example.com"),),
        labels={MANAGED_BY: "daypass", LEASE: lease, INSTALL: "contract"},
        annotations={"daypass.dev/requester": "alice@example.com"},
    )


def of_somebody(found: GrantObject, *, name: str) -> GrantObject:
    """Return the same binding without our labels and with another name."""
    return replace(found, ref=replace(found.ref, name=name), labels={}, annotations={})


def settled(stage: Stage, question: Question, *, allowed: bool) -> Answer:
    """Ask until the answer is that; the server's cache lags its writes by about 1 ms."""
    answer = stage.cluster.review(question)
    for _ in range(2_000):
        if answer.allowed is allowed:
            break
        answer = stage.cluster.review(question)
    return answer


class TestCreate:
    def test_returns_uid_when_created(self, stage: Stage) -> None:
        """What was created is there as it was planned, under the uid that was returned."""
        planned = an_object(stage)
        ref = stage.cluster.create(planned)
        assert ref.uid
        assert stage.cluster.read(planned.ref) == replace(planned, ref=ref)

    def test_returns_same_uid_when_equal_object_is_there(self, stage: Stage) -> None:
        """Creating twice is creating once."""
        planned = an_object(stage)
        assert stage.cluster.create(planned) == stage.cluster.create(planned)

    @pytest.mark.parametrize(
        "change",
        [
            {"subjects": (Subject(name="mallory@example.com"),)},
            {"role": RoleRef(name="nothing")},
            {"labels": {}},
            {"annotations": {}},
        ],
        ids=["subjects", "role", "labels", "annotations"],
    )
    def test_refuses_when_other_object_has_the_name(
        self, stage: Stage, change: dict[str, object]
    ) -> None:
        """What differs in anything is not adopted, and not touched."""
        planned = an_object(stage)
        stage.binds(replace(planned, **change))  # type: ignore[arg-type] # One row, one field.
        there = stage.cluster.read(planned.ref)
        with pytest.raises(PermanentOutsideError, match="another RoleBinding"):
            stage.cluster.create(planned)
        assert stage.cluster.read(planned.ref) == there

    def test_names_namespace_when_it_is_missing(self, stage: Stage) -> None:
        """A namespace that is not there is said by name."""
        planned = an_object(stage)
        lost = replace(planned, ref=replace(planned.ref, namespace="test-nowhere"))
        with pytest.raises(PermanentOutsideError, match="namespace test-nowhere does not exist"):
            stage.cluster.create(lost)

    @pytest.mark.parametrize("kind", ["RoleBinding", "ClusterRoleBinding"])
    def test_names_missing_right_when_role_may_not_be_bound(self, stage: Stage, kind: str) -> None:
        """The worker binds the roles of its configuration and no other (law 8)."""
        with pytest.raises(PermanentOutsideError, match=r"bind .*ClusterRole/edit"):
            stage.cluster.create(an_object(stage, "edit", kind=kind))

    def test_creates_nothing_when_cluster_is_down(self, stage: Stage) -> None:
        """A request that never left is no unknown outcome."""
        planned = an_object(stage)
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError) as raised:
            cluster.create(planned)
        assert not raised.value.unknown
        assert stage.cluster.read(planned.ref) is None

    def test_says_unknown_when_reply_is_lost(self, stage: Stage) -> None:
        """Without an answer the object may be there, and here it is."""
        planned = an_object(stage)
        with stage.losing_replies() as cluster, pytest.raises(TemporaryOutsideError) as raised:
            cluster.create(planned)
        assert raised.value.unknown
        assert stage.cluster.read(planned.ref) is not None


class TestDelete:
    def test_removes_when_uid_is_the_same(self, stage: Stage) -> None:
        """What was deleted is not there; deleting it again is fine."""
        ref = stage.cluster.create(an_object(stage))
        stage.cluster.delete(ref)
        stage.cluster.delete(ref)
        assert stage.cluster.read(ref) is None

    def test_spares_object_when_uid_is_another(self, stage: Stage) -> None:
        """An object that somebody put in the place of ours stays, and it is said."""
        planned = an_object(stage)
        ref = stage.cluster.create(planned)
        stage.unbinds(ref)
        stage.binds(planned)
        with pytest.raises(PermanentOutsideError, match="replaced by somebody"):
            stage.cluster.delete(ref)
        assert stage.cluster.read(ref) is not None

    def test_refuses_when_no_uid_is_given(self, stage: Stage) -> None:
        """Nothing is ever deleted by its name alone."""
        with pytest.raises(BrokenInvariantError):
            stage.cluster.delete(an_object(stage).ref)

    def test_is_done_when_namespace_is_missing(self, stage: Stage) -> None:
        """What was in a namespace that is gone is gone."""
        ref = replace(an_object(stage).ref, namespace="test-nowhere", uid="1")
        stage.cluster.delete(ref)
        assert stage.cluster.read(ref) is None

    def test_says_unknown_when_reply_is_lost(self, stage: Stage) -> None:
        """Without an answer the object may be gone, and here it is."""
        ref = stage.cluster.create(an_object(stage))
        with stage.losing_replies() as cluster, pytest.raises(TemporaryOutsideError) as raised:
            cluster.delete(ref)
        assert raised.value.unknown
        assert stage.cluster.read(ref) is None


class TestList:
    def test_finds_both_kinds_when_they_are_of_the_leases(self, stage: Stage) -> None:
        """The label of a lease finds its objects in every namespace and on the cluster."""
        one, two = an_object(stage), an_object(stage, DUTY, kind="ClusterRoleBinding")
        refs = [stage.cluster.create(planned) for planned in (one, two)]
        stage.cluster.create(an_object(stage))
        there = stage.cluster.of_leases([one.lease, two.lease])
        assert {found.ref for found in there} == set(refs)

    def test_finds_nothing_when_lease_is_unknown(self, stage: Stage) -> None:
        """No lease, no object."""
        stage.cluster.create(an_object(stage))
        assert not stage.cluster.of_leases([LeaseId("000000000000-1")])
        assert not stage.cluster.of_leases([])

    def test_shows_every_install_when_all_of_ours_are_listed(self, stage: Stage) -> None:
        """Our label decides, whatever the install; without it an object is nobody's business."""
        ours = an_object(stage)
        theirs = replace(an_object(stage), labels={MANAGED_BY: "daypass", INSTALL: "other"})
        foreign = of_somebody(an_object(stage), name="daypass-lookalike")
        for planned in (ours, theirs, foreign):
            stage.binds(planned)
        listed = {found.ref.name for found in stage.cluster.ours()}
        assert {ours.ref.name, theirs.ref.name} <= listed
        assert foreign.ref.name not in listed

    def test_raises_when_cluster_is_down(self, stage: Stage) -> None:
        """A cluster that does not answer is not an empty one."""
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError):
            list(cluster.ours())


class TestReview:
    @pytest.mark.parametrize(
        ("role", "kind"), [("view", "RoleBinding"), (DUTY, "ClusterRoleBinding")]
    )
    def test_proves_object_when_it_is_there(self, stage: Stage, role: str, kind: str) -> None:
        """Each question is a no before, a yes that names our object during, a no after."""
        planned = an_object(stage, role, kind=kind)
        questions = stage.cluster.questions(planned)
        assert questions
        assert not any(stage.cluster.review(question).allowed for question in questions)
        ref = stage.cluster.create(planned)
        during = [settled(stage, question, allowed=True) for question in questions]
        assert all(answer.because_of(ref.name, ref.namespace) for answer in during)
        stage.cluster.delete(ref)
        after = [settled(stage, question, allowed=False) for question in questions]
        assert not any(answer.allowed for answer in after)

    def test_proves_object_when_it_binds_a_role_of_the_namespace(self, stage: Stage) -> None:
        """A Role is read and bound where the object is."""
        reader = RoleRef(kind=RoleKind.ROLE, name="log-reader")
        planned = replace(an_object(stage), role=reader)
        [question, *_] = stage.cluster.questions(planned)
        ref = stage.cluster.create(planned)
        assert settled(stage, question, allowed=True).because_of(ref.name, ref.namespace)

    def test_names_other_object_when_it_allowed_already(self, stage: Stage) -> None:
        """Bindings of the whole cluster are looked at first, so ours is not the reason."""
        planned = an_object(stage)
        wide = ObjectRef(kind="ClusterRoleBinding", namespace="", name=f"{planned.ref.name}-wide")
        stage.binds(replace(planned, ref=wide, labels={}, annotations={}))
        [question, *_] = stage.cluster.questions(planned)
        answer = settled(stage, question, allowed=True)
        ref = stage.cluster.create(planned)
        assert answer.reason == (
            f'RBAC: allowed by ClusterRoleBinding "{wide.name}" of ClusterRole "view" '
            f'to User "{planned.subjects[0].name}"'
        )
        assert not stage.cluster.review(question).because_of(ref.name, ref.namespace)
        stage.unbinds(wide)

    def test_names_place_when_object_is_in_a_namespace(self, stage: Stage) -> None:
        """RBAC writes name first, then namespace."""
        planned = an_object(stage)
        [question, *_] = stage.cluster.questions(planned)
        stage.cluster.create(planned)
        assert settled(stage, question, allowed=True).reason == (
            f'RBAC: allowed by RoleBinding "{planned.ref.name}/{stage.namespace}" '
            f'of ClusterRole "view" to User "{planned.subjects[0].name}"'
        )

    def test_allows_when_group_is_bound(self, stage: Stage) -> None:
        """A binding of a group counts for who is said to be in it."""
        planned = an_object(stage)
        [question, *_] = stage.cluster.questions(planned)
        group = planned.ref.name
        stage.binds(replace(planned, subjects=(Subject(kind="Group", name=group),)))
        inside = replace(question, groups=(*question.groups, group))
        assert settled(stage, inside, allowed=True).reason.endswith(f'to Group "{group}"')
        assert not stage.cluster.review(question).allowed

    def test_raises_when_cluster_is_down(self, stage: Stage) -> None:
        """No answer is neither yes nor no."""
        [question, *_] = stage.cluster.questions(an_object(stage))
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError):
            cluster.review(question)


class TestQuestions:
    def test_names_role_when_it_is_missing(self, stage: Stage) -> None:
        """A role that does not exist is said by name."""
        with pytest.raises(PermanentOutsideError, match="ClusterRole/ghost does not exist"):
            stage.cluster.questions(an_object(stage, "ghost"))

    def test_names_role_when_it_allows_nothing(self, stage: Stage) -> None:
        """What allows nothing cannot be proven."""
        with pytest.raises(PermanentOutsideError, match="ClusterRole/nothing allows nothing"):
            stage.cluster.questions(an_object(stage, "nothing"))


class TestDiscover:
    def test_shows_roles_groups_and_namespaces_when_asked(self, stage: Stage) -> None:
        """A snapshot names what levels need, at the time of our clock."""
        bound = an_object(stage)
        group = Subject(kind="Group", name=f"team-of-{stage.namespace}")
        stage.binds(replace(of_somebody(bound, name="team"), subjects=(group,)))
        snapshot = stage.cluster.discover()
        assert {"ClusterRole/view", f"Role/{stage.namespace}/log-reader"} <= snapshot.roles
        assert group.name in snapshot.groups
        assert stage.namespace in snapshot.namespaces
        assert snapshot.version
        assert snapshot.taken_at == NOW

    def test_raises_when_cluster_is_down(self, stage: Stage) -> None:
        """No snapshot is taken of a cluster that does not answer."""
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError):
            cluster.discover()
