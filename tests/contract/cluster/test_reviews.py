"""The contract of the Cluster port: what it answers and shows, in memory and for real."""

from dataclasses import replace

import pytest

from daypass.domain.discovery import Wanted
from daypass.domain.errors import (
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.grant import Subject
from daypass.domain.lease import ObjectRef, because_of
from daypass.domain.roles import RoleKind, RoleRef
from tests.contract.cluster.stages import (
    DUTY,
    NOW,
    Stage,
    an_object,
    of_somebody,
    settled,
)


class TestReview:
    @pytest.mark.parametrize(
        ("role", "kind"), [("view", "RoleBinding"), (DUTY, "ClusterRoleBinding")]
    )
    def test_proves_object_when_it_is_there(self, stage: Stage, role: str, kind: str) -> None:
        """Each question is a no before, a yes that names our object during, a no after."""
        planned = an_object(stage, role, kind=kind)
        questions = stage.cluster.questions(planned)
        assert questions
        assert not any(stage.cluster.reviews(question)[0].allowed for question in questions)
        ref = stage.cluster.create(planned)
        during = [settled(stage, question, allowed=True) for question in questions]
        assert all(because_of(answer, ref) for answer in during)
        stage.cluster.delete(ref)
        after = [settled(stage, question, allowed=False) for question in questions]
        assert not any(answer.allowed for answer in after)

    def test_proves_object_when_it_binds_a_role_of_the_namespace(self, stage: Stage) -> None:
        """A Role is read and bound where the object is."""
        reader = RoleRef(kind=RoleKind.ROLE, name="log-reader")
        planned = replace(an_object(stage), role=reader)
        [question, *_] = stage.cluster.questions(planned)
        ref = stage.cluster.create(planned)
        assert because_of(settled(stage, question, allowed=True), ref)

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
        assert not because_of(stage.cluster.reviews(question)[0], ref)
        stage.unbinds(wide)

    @pytest.mark.parametrize("name", ['a"{}', 'RBAC: allowed by RoleBinding "{}', "{}\\"])
    def test_names_nobody_else_when_a_name_has_a_quote(self, stage: Stage, name: str) -> None:
        """Law 4: whatever somebody calls a binding, it is not taken for ours."""
        planned = an_object(stage)
        theirs = replace(planned.ref, name=name.format(planned.ref.name))
        stage.binds(of_somebody(planned, name=theirs.name))
        [question, *_] = stage.cluster.questions(planned)
        answer = settled(stage, question, allowed=True)
        assert planned.ref.name in answer.reason
        assert not because_of(answer, planned.ref)
        stage.unbinds(theirs)

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
        assert not stage.cluster.reviews(question)[0].allowed

    def test_raises_when_cluster_is_down(self, stage: Stage) -> None:
        """No answer is neither yes nor no."""
        [question, *_] = stage.cluster.questions(an_object(stage))
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError):
            cluster.reviews(question)[0]


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
    def test_shows_roles_and_namespaces_when_levels_need_them(self, stage: Stage) -> None:
        """A snapshot names what levels need, at the time of our clock, and nothing else."""
        asked = Wanted(
            cluster_roles=frozenset({"view", "none"}),
            roles=frozenset({"log-reader", "none"}),
            namespaces=frozenset({"none"}),
            choose=(f"{stage.namespace[:-1]}?",),
        )
        snapshot = stage.cluster.discover(asked)
        assert snapshot.means.keys() == {"ClusterRole/view", f"Role/{stage.namespace}/log-reader"}
        assert snapshot.namespaces == {stage.namespace}
        assert snapshot.version
        assert snapshot.taken_at == NOW
        assert stage.cluster.discover(replace(asked, choose=())).namespaces == frozenset()

    def test_shows_what_a_group_means_when_somebody_bound_it(self, stage: Stage) -> None:
        """It is there where a binding names it that is none of ours, and changes with its roles."""
        planned = an_object(stage)
        group = f"group:{stage.namespace}/Ops"
        asked = Wanted(groups=frozenset({group, group.lower()}))
        ours = replace(planned, subjects=(Subject(kind="Group", name=group),))
        stage.binds(ours)
        assert not stage.cluster.discover(asked).means
        theirs = of_somebody(ours, name="ops:all")
        stage.binds(theirs)
        first = stage.cluster.discover(asked).means
        assert first.keys() == {f"Group/{group}"}
        missing = replace(theirs.ref, name="ops:none")
        stage.binds(replace(theirs, ref=missing, role=RoleRef(name="none")))
        second = stage.cluster.discover(asked).means
        assert second.keys() == first.keys()
        assert second != first
        stage.unbinds(missing)
        assert stage.cluster.discover(asked).means == first
        stage.unbinds(theirs.ref)
        assert not stage.cluster.discover(asked).means

    def test_group_means_what_the_level_s_own_user_is_bound_to(self, stage: Stage) -> None:
        """Whoever acts as the group does so as that user: somebody may bind it by its name."""
        group, user = f"group:{stage.namespace}", f"daypass:{stage.namespace}"
        asked = Wanted(groups=frozenset({group}), users=((user, group),))
        theirs = of_somebody(an_object(stage), name="odd")
        stage.binds(replace(theirs, subjects=(Subject(name=user),)))
        assert stage.cluster.discover(asked).means.keys() == {f"Group/{group}"}
        assert not stage.cluster.discover(replace(asked, users=())).means

    def test_raises_when_cluster_is_down(self, stage: Stage) -> None:
        """No snapshot is taken of a cluster that does not answer."""
        with stage.unreachable() as cluster, pytest.raises(TemporaryOutsideError):
            cluster.discover()
