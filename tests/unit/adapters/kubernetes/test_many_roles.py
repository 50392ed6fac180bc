"""What is kept of a cluster can be read back, however many roles levels need of it."""

from collections.abc import Sequence
from typing import Any

import pytest

from daypass.adapters.redis.codec import decode, encode
from daypass.domain.discovery import MOST, ROOM, Snapshot, Wanted, missing
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import within
from tests.builders import a_level
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster

PLACES = [f"team-{number:04}" for number in range(3_400)]
ROLES = ("admin", "reader", "writer")
LAST = PLACES[-1]
CHOSEN = Wanted(roles=frozenset(ROLES), choose=("team-*",))
NAMED = Wanted(roles=frozenset(ROLES), namespaces=frozenset(PLACES))


def items(metadata: Sequence[dict[str, str]], **fields: Any) -> Canned:
    """Return a list of things."""
    return Canned(body={"items": [{"metadata": one, **fields} for one in metadata]})


def looked_at(wanted: Wanted) -> Snapshot:
    """Return what is kept of a cluster that has each role in each of the namespaces."""
    rules = [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]
    roles = [
        items([{"namespace": place, "name": role, "uid": place} for place in PLACES], rules=rules)
        for role in ROLES
    ]
    version = Canned(body={"gitVersion": "v1.36.3"})
    slices = Canned(body={"endpoints": []})
    with a_cluster(slices, items([{"name": name} for name in PLACES]), *roles, version) as (it, _):
        return it.discover(wanted)


@pytest.mark.parametrize(
    ("wanted", "left_out"), [(CHOSEN, 400), (NAMED, len(PLACES) * len(ROLES) - ROOM)]
)
def test_what_is_kept_is_read_back(wanted: Wanted, left_out: int) -> None:
    """Else nothing is granted on that cluster, whoever asks; what is left out is counted."""
    seen = looked_at(wanted)
    assert seen.left_out == left_out
    assert decode(Snapshot, encode(seen)) == seen


def test_of_a_namespace_that_is_kept_all_that_levels_need_is_kept() -> None:
    """One level is not had in more places than another; of the others people read why."""
    seen = looked_at(CHOSEN)
    assert len(seen.means) == len(seen.namespaces) * len(ROLES)
    level = a_level(role=RoleRef(kind=RoleKind.ROLE, name="writer"), namespaces=("team-*",))
    assert missing(level, within(PLACES[0]), seen) == ()
    assert "one of 400 that are too many" in missing(level, within(LAST), seen)[0]


def test_a_role_that_is_left_out_is_not_called_missing() -> None:
    """It may well be there."""
    level = a_level(role=RoleRef(kind=RoleKind.ROLE, name="writer"), namespaces=(LAST,))
    (said,) = missing(level, within(LAST), looked_at(NAMED))
    assert said == f"Role/{LAST}/writer (or it is one of 1,200 that are too many to be kept)"


@pytest.mark.parametrize(
    ("wanted", "most"),
    [
        (Wanted(), MOST),
        (Wanted(roles=frozenset("a")), MOST),
        (Wanted(roles=frozenset("ab")), ROOM // 2),
        (Wanted(roles=frozenset("abc"), namespaces=frozenset("xy")), ROOM // 3 - 2),
        (Wanted(cluster_roles=frozenset("abc"), roles=frozenset("abc")), (ROOM - 3) // 3),
        (NAMED, 0),
    ],
)
def test_fewer_namespaces_are_kept_the_more_is_needed_in_each(wanted: Wanted, most: int) -> None:
    """So that all of it fits."""
    assert wanted.most == most
