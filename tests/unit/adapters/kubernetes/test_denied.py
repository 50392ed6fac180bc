"""A webhook that refuses may do so with any status: none of them is a server's own word."""

import pytest

from daypass.adapters.kubernetes.manifests import found
from daypass.adapters.kubernetes.wide import NARROW
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import PLANNED, REF, a_cluster, refused, stored

DENIED = 'admission webhook "theirs.example.com" denied the request: namespaces "a" not found'


@pytest.mark.parametrize("status", [404, 409])
def test_an_object_that_is_there_is_neither_gone_nor_another(status: int) -> None:
    """It would be said to be removed, and give its holder access all the same."""
    with (
        a_cluster(refused(status, DENIED), Canned(body=stored())) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="denied the request"),
    ):
        cluster.delete(REF)


@pytest.mark.parametrize("there", [Canned(body=stored("u-2")), refused(404, "gone")])
def test_an_object_that_is_another_was_replaced(there: Canned) -> None:
    """The server compares the uid: so do we."""
    with (
        a_cluster(refused(409, "Precondition failed: UID"), there) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="was replaced by somebody"),
    ):
        cluster.delete(REF)


def test_an_object_is_gone_when_another_has_its_name() -> None:
    """What is there now came after the deletion."""
    with a_cluster(refused(404, "gone"), Canned(body=stored("u-2"))) as (cluster, _):
        assert cluster.delete(REF) is None


def test_a_namespace_is_there_although_a_webhook_answers_404() -> None:
    """Nobody is told that a namespace does not exist because somebody refuses a binding in it."""
    with (
        a_cluster(refused(404, DENIED)) as (cluster, _),
        pytest.raises(PermanentOutsideError, match="denied the request"),
    ):
        cluster.create(PLANNED)


def test_who_refuses_a_binding_with_409_is_told() -> None:
    """Nothing of that name is there: whoever reads why there is no access reads who says so."""
    with (
        a_cluster(refused(409, DENIED), refused(404, "gone")) as (cluster, _),
        pytest.raises(TemporaryOutsideError, match=r"theirs\.example\.com"),
    ):
        cluster.create(PLANNED)


@pytest.mark.parametrize("status", [404, 409])
def test_an_end_that_a_webhook_keeps_is_refused_in_its_words(status: int) -> None:
    """It is as it was read: nobody changed it, and to try again would be to try for ever."""
    there = stored()
    there["metadata"]["resourceVersion"] = "7"
    read = found("RoleBinding", there)
    with (
        a_cluster(refused(status, DENIED), Canned(body=there)) as (cluster, _),
        pytest.raises(PermanentOutsideError, match=r"theirs\.example\.com"),
    ):
        cluster.annotate(read, {"daypass.dev/expires-at": "2026-11-20T12:00:00Z"})


@pytest.mark.parametrize("there", [True, False])
def test_no_finalizer_is_said_to_keep_what_a_webhook_refuses_at_length(there: bool) -> None:  # noqa: FBT001
    """It was not deleted, and nobody would find the finalizer to be taken off."""
    look = Canned(body=stored()) if there else refused(404, "gone")
    with a_cluster(refused(403, f"{DENIED}{'x' * NARROW}"), look) as (cluster, _):
        if not there:
            assert cluster.delete(REF) is None
            return
        with pytest.raises(PermanentOutsideError, match="the answer has more than"):
            cluster.delete(REF)


def test_a_webhook_s_words_are_one_line() -> None:
    """Lines of their own would read like ours."""
    words = refused(409, f"{DENIED}\n\nGranted:\tall is well")
    with (
        a_cluster(words, refused(404, "gone")) as (cluster, _),
        pytest.raises(TemporaryOutsideError, match="not found Granted: all is well"),
    ):
        cluster.create(PLANNED)
