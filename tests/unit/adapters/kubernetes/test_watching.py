"""A watch as a server may spoil it: forgets, breaks off, says what nobody can read, or too much."""

import json
from typing import Any

import pytest

from daypass.adapters.kubernetes.wide import MOST_BYTES
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster, refused, stored

NEWEST = Canned(body={"items": [], "metadata": {"resourceVersion": "70"}})


def event(kind: str, revision: str, **fields: Any) -> str:
    """Return one line of a watch."""
    made = stored()
    metadata = {**made["metadata"], "resourceVersion": revision, **fields}
    return json.dumps({"type": kind, "object": {**made, "metadata": metadata}})


def lines(*said: str) -> Canned:
    """Return a watch that says these and ends."""
    return Canned(text="".join(f"{line}\n" for line in said))


GONE = json.dumps({"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "old"}})


def test_watch_goes_on_where_it_was() -> None:
    """Asked with a revision it says nothing of before, and bookmarks move it on."""
    answer = lines(event("ADDED", "6"), event("BOOKMARK", "8"), event("DELETED", "9"))
    with a_cluster(NEWEST, answer) as (cluster, server):
        seen = list(cluster.watch("RoleBinding", "5"))
    assert [(one.revision, one.found is not None, one.gone) for one in seen] == [
        ("5", False, False),  # It answers.
        ("6", True, False),
        ("8", False, False),
        ("9", True, True),
    ]
    assert not any(one.anew for one in seen)
    path = server.asked[1].path
    assert "resourceVersion=5" in path
    assert "allowWatchBookmarks=true" in path
    assert "managed-by%3Ddaypass" in path


@pytest.mark.parametrize(
    "gone", [lines(GONE), refused(410, "too old")], ids=["in the watch", "at once"]
)
def test_watch_begins_anew_when_the_server_has_forgotten(gone: Canned) -> None:
    """Nobody knows what came in between: it is said, and the watch goes on from now."""
    with a_cluster(NEWEST, gone, NEWEST, lines(event("ADDED", "71"))) as (cluster, server):
        seen = [(one.anew, one.revision) for one in cluster.watch("RoleBinding", "5")]
    assert seen[-3:] == [(True, "70"), (False, "70"), (False, "71")]
    assert "resourceVersion=70" in server.asked[3].path


@pytest.mark.parametrize(
    ("since", "anew"),
    [("70", False), ("71", True), ("1000000", True), ("9", False), ("of its own", False)],
)
def test_watch_begins_anew_where_the_revision_is_still_to_come(since: str, *, anew: bool) -> None:
    """The server was put back from before: it would say nothing until it has come as far again."""
    with a_cluster(NEWEST, *[NEWEST] * anew, lines(event("ADDED", "99"))) as (cluster, _):
        seen = list(cluster.watch("RoleBinding", since))
    assert (seen[0].anew, seen[0].revision) == (anew, "70" if anew else since)
    assert seen[-1].found is not None


def test_watch_fails_when_the_server_forgets_what_it_just_said() -> None:
    """Who begins again and again without a pause would list the whole cluster all the time."""
    gone = refused(410, "too old")
    with a_cluster(*[NEWEST, gone] * 3) as (cluster, server):
        seen = cluster.watch("RoleBinding", "5")
        assert next(seen).anew
        with pytest.raises(TemporaryOutsideError):
            next(seen)
    assert len(server.asked) == 4


def test_watch_says_anew_when_something_cannot_be_read() -> None:
    """A change that nobody could see is looked at otherwise, and stops no other."""
    huge = event("ADDED", "6", annotations={"a": "x" * (MOST_BYTES + (1 << 20))})
    odd = json.dumps({"type": "ADDED", "object": {"metadata": {"resourceVersion": "7"}}})
    with a_cluster(NEWEST, lines(huge, odd, event("ADDED", "8"))) as (cluster, _):
        seen = list(cluster.watch("RoleBinding", "5"))
    assert [(one.anew, one.revision) for one in seen[1:]] == [
        (True, "5"), (True, "7"), (False, "8"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(refused(403, "no"), PermanentOutsideError, id="no right to watch"),
        pytest.param(refused(500, "no"), TemporaryOutsideError, id="a broken server"),
        pytest.param(Canned(status=502, text="<html>"), TemporaryOutsideError, id="a proxy"),
        pytest.param(Canned(silent=True), TemporaryOutsideError, id="hangs up"),
        pytest.param(lines("no JSON"), TemporaryOutsideError, id="no JSON"),
        pytest.param(lines("[]"), TemporaryOutsideError, id="no event"),
        pytest.param(
            lines(json.dumps({"type": "ERROR", "object": {"code": 500}})),
            TemporaryOutsideError,
            id="fails meanwhile",
        ),
    ],
)
def test_watch_fails_when_the_server_says_nothing_of_use(
    answer: Canned, error: type[Exception]
) -> None:
    """Library errors stop here, and whoever watches knows that it sees nothing."""
    with a_cluster(NEWEST, answer) as (cluster, _), pytest.raises(error):
        list(cluster.watch("RoleBinding", "5"))


def test_watch_fails_when_a_list_names_no_revision() -> None:
    """Without one nobody can say what was missed."""
    with (
        a_cluster(Canned(body={"items": []})) as (cluster, _),
        pytest.raises(TemporaryOutsideError),
    ):
        list(cluster.watch("RoleBinding"))
