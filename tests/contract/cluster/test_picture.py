"""A picture shows everybody's things, none of our bindings, and each change after a revision."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from daypass.domain.errors import OutsideError
from daypass.domain.grant import Subject
from daypass.domain.picture import Entry, Kind, Shown
from tests.contract.cluster.stages import Stage, an_object, of_somebody

_TRIES: Final = 50
"""Pictures that end before they have shown what they must; the first does not."""


def whole(stage: Stage, kind: Kind) -> tuple[str, dict[str, Entry]]:
    """Return what there is of a kind, and the revision to go on from."""
    found, shows = dict[str, Entry](), stage.cluster.picture(kind)
    assert next(shows).begins
    for shown in shows:
        if shown.whole:
            return shown.revision, found
        assert shown.entry is not None
        found[shown.entry.key] = shown.entry
    pytest.fail("it has no end")


def changed(stage: Stage, kind: Kind, since: str) -> Shown:
    """Return the first change in this stage's namespace."""
    return next(one for one in _shows(stage, kind, since) if _here(stage, one))


def _here(stage: Stage, shown: Shown) -> bool:
    return shown.entry is not None and shown.entry.namespace == stage.namespace


def _shows(stage: Stage, kind: Kind, since: str) -> Iterator[Shown]:
    for _ in range(_TRIES):
        for shown in stage.cluster.picture(kind, since):
            since = shown.revision
            yield shown


def test_picture_shows_what_is_there(stage: Stage) -> None:
    """Namespaces and roles of everybody, with the rules of roles."""
    assert f"Namespace/{stage.namespace}" in whole(stage, Kind.NAMESPACE)[1]
    assert whole(stage, Kind.CLUSTER_ROLE)[1]["ClusterRole/view"].rules
    assert whole(stage, Kind.ROLE)[1][f"Role/{stage.namespace}/log-reader"].rules
    assert isinstance(whole(stage, Kind.SERVICE_ACCOUNT)[1], dict)


def test_picture_shows_what_others_bound_as_it_comes_and_goes(stage: Stage) -> None:
    """None of ours: 50,000 of them cost nothing. Any name will do."""
    ours = an_object(stage)
    since, _ = whole(stage, Kind.ROLE_BINDING)
    stage.binds(ours)
    theirs = of_somebody(ours, name="Odd:name")
    theirs = replace(theirs, subjects=(Subject(kind="Group", name="a/B"), Subject(name="a b")))
    stage.binds(theirs)
    shown = changed(stage, Kind.ROLE_BINDING, since)
    assert shown.entry == Entry(
        kind=Kind.ROLE_BINDING,
        namespace=stage.namespace,
        name="Odd:name",
        role=theirs.role,
        subjects=theirs.subjects,
    )
    assert not shown.gone
    stage.unbinds(theirs.ref)
    gone = changed(stage, Kind.ROLE_BINDING, shown.revision)
    assert gone.gone
    assert gone.entry == shown.entry


def test_picture_fails_when_the_server_does_not_answer(stage: Stage) -> None:
    """Whoever watches learns that it sees nothing."""
    with stage.unreachable() as away, pytest.raises(OutsideError):
        list(away.picture(Kind.ROLE))
