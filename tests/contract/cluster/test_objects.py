"""The contract of the Cluster port: what is created, deleted and listed, in memory and for real."""

from dataclasses import replace

import pytest

from daypass.domain.catalog import Delivery
from daypass.domain.errors import (
    BrokenInvariantError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, Subject
from daypass.domain.ids import LeaseId
from daypass.domain.roles import RoleRef
from tests.contract.cluster.stages import (
    CATALOG,
    DUTY,
    Stage,
    an_object,
    of_somebody,
)


def test_plays_every_delivery() -> None:
    """A new one is tried on a real cluster, or missed here."""
    assert {level.delivery for level in CATALOG.levels} == set(Delivery)


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
        """What was deleted is not there; deleting it again is fine, and told from the first."""
        ref = stage.cluster.create(an_object(stage))
        assert stage.cluster.delete(ref) == ()
        assert stage.cluster.delete(ref) is None
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
        assert stage.cluster.delete(ref) is None
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
        there = stage.cluster.of_leases([one.lease, two.lease], "contract")
        assert {found.ref for found in there} == set(refs)

    @pytest.mark.parametrize("install", ["other", None])
    def test_finds_nothing_of_another_install(self, stage: Stage, install: str | None) -> None:
        """The guard lets anybody make those, as many and as large as they like."""
        ours = an_object(stage)
        labels = {MANAGED_BY: "daypass", LEASE: ours.lease}
        named = {INSTALL: install} if install is not None else {}
        stage.binds(replace(ours, labels={**labels, **named}))
        assert not stage.cluster.of_leases([ours.lease], "contract")

    def test_finds_nothing_when_lease_is_unknown(self, stage: Stage) -> None:
        """No lease, no object."""
        stage.cluster.create(an_object(stage))
        assert not stage.cluster.of_leases([LeaseId("000000000000-1")], "contract")
        assert not stage.cluster.of_leases([], "contract")

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
