"""A watch shows each change of ours after a revision, and says where it cannot have seen all."""

from dataclasses import replace
from typing import Final

import pytest

from daypass.domain.errors import OutsideError
from daypass.domain.grant import MANAGED_BY
from daypass.domain.lease import ObjectRef
from daypass.domain.sighting import Sighting
from tests.contract.cluster.stages import Stage, an_object

KIND: Final = "RoleBinding"
_TRIES: Final = 50
"""Watches that end before they have shown what they must; the first does not."""


def begun(stage: Stage) -> str:
    """Return the revision at which a watch begins that was not watched before."""
    first = next(stage.cluster.watch(KIND))
    assert first.anew
    return first.revision


def seen(stage: Stage, since: str, count: int) -> tuple[str, dict[str, bool]]:
    """Return the first changes in this stage's namespace: where they end, and who is gone."""
    found: dict[str, bool] = {}
    for _ in range(_TRIES):
        for sighting in stage.cluster.watch(KIND, since):
            since = sighting.revision
            if sighting.found is not None and sighting.found.ref.namespace == stage.namespace:
                found[sighting.found.ref.name] = sighting.gone
            if len(found) == count:
                return since, found
    pytest.fail(f"only {found} was seen")


def test_watch_shows_what_came_and_what_went(stage: Stage) -> None:
    """Nothing that happened after the revision is missing, whoever did it."""
    first, second = an_object(stage), an_object(stage)
    ref = stage.cluster.create(first)
    since = begun(stage)
    stage.binds(second)
    since, came = seen(stage, since, 1)
    assert came == {second.ref.name: False}
    stage.cluster.delete(ref)
    assert seen(stage, since, 1)[1] == {ref.name: True}


def test_watch_shows_the_object_as_it_is_now(stage: Stage) -> None:
    """So that what was altered can be judged."""
    ref = stage.cluster.create(an_object(stage))
    since = begun(stage)
    there = stage.cluster.read(ref)
    assert there is not None
    stage.cluster.annotate(there, {"daypass.dev/expires-at": "2027-01-05T09:00:00Z"})
    shown = next(one for one in stage.cluster.watch(KIND, since) if _is(one, ref))
    assert shown.found == stage.cluster.read(ref)
    assert not shown.gone


def test_watch_begins_anew_where_its_revision_is_still_to_come(stage: Stage) -> None:
    """The cluster was put back from a backup: what it was told of before says nothing any more."""
    since = f"{begun(stage)}000"
    assert next(stage.cluster.watch(KIND, since)).anew


def test_watch_shows_as_gone_what_lost_our_label(stage: Stage) -> None:
    """It counts for nothing of ours any more, and is still there."""
    given = an_object(stage)
    ref = stage.cluster.create(given)
    since = begun(stage)
    stage.unbinds(ref)
    stage.binds(replace(given, labels={**given.labels, MANAGED_BY: "somebody"}))
    assert seen(stage, since, 1)[1] == {ref.name: True}


def test_watch_fails_when_the_server_does_not_answer(stage: Stage) -> None:
    """Whoever watches learns that it sees nothing."""
    with stage.unreachable() as away, pytest.raises(OutsideError):
        list(away.watch(KIND))


def _is(sighting: Sighting, ref: ObjectRef) -> bool:
    return sighting.found is not None and sighting.found.ref == ref
