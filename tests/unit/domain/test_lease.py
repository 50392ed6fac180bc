"""A lease's table of moves."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from daypass.domain.errors import IllegalMoveError
from daypass.domain.lease import (
    PROVISION_DEADLINE,
    Attempt,
    EndCause,
    Lease,
    LeaseState,
    ObjectRef,
    Proof,
    because_of,
)
from daypass.domain.review import Answer
from tests.builders import NOON, a_lease

REF = ObjectRef(kind="RoleBinding", namespace="payments", name="daypass-x-1-1")
ATTEMPT = Attempt(
    number=1,
    objects=(REF,),
    expires_at=NOON + timedelta(hours=1),
    create_before=NOON + PROVISION_DEADLINE,
)


MOVES = {
    (LeaseState.GRANTING, LeaseState.ACTIVE),
    (LeaseState.GRANTING, LeaseState.REVOKING),
    (LeaseState.ACTIVE, LeaseState.REVOKING),
    (LeaseState.REVOKING, LeaseState.ENDED),
}


def move(lease: Lease, state: LeaseState) -> Lease:
    match state:
        case LeaseState.ACTIVE:
            return lease.granted(Proof(attempt=ATTEMPT, questions=()), NOON)
        case LeaseState.REVOKING:
            return lease.ending(EndCause.EXPIRED)
        case LeaseState.ENDED:
            return lease.ended(NOON, "")
        case LeaseState.GRANTING:
            return lease.starting(ATTEMPT).undone("why")


@pytest.mark.parametrize(("before", "after"), list(product(LeaseState, LeaseState)))
def test_lease_moves_only_as_the_table_says(before: LeaseState, after: LeaseState) -> None:
    """Revoking leads to ended and nowhere else; ended leads nowhere (law 3)."""
    lease = a_lease(state=before)
    if (before, after) in MOVES or before is after is LeaseState.GRANTING:
        assert move(lease, after).state is after
    else:
        with pytest.raises(IllegalMoveError):
            move(lease, after)


def test_delayed_fails_when_the_lease_is_granted() -> None:
    """Only what is being granted waits for something."""
    with pytest.raises(IllegalMoveError):
        a_lease(state=LeaseState.ACTIVE).delayed("why")


def test_undone_fails_when_the_lease_is_granted() -> None:
    """Only what is being granted can be undone for another try."""
    with pytest.raises(IllegalMoveError):
        a_lease(state=LeaseState.ACTIVE).undone("why")


def test_starting_makes_the_end_of_the_attempt_the_lease_s() -> None:
    """Law 2: the end is known as soon as there are names."""
    started = a_lease().starting(ATTEMPT)
    assert (started.tries, started.ends_at) == (1, ATTEMPT.expires_at)
    again = started.undone("down")
    assert (again.tries, again.attempt, again.ends_at, again.why) == (1, None, None, "down")


def test_granted_keeps_the_proof_and_forgets_what_went_wrong() -> None:
    """An active lease tells its objects' uids and what proved it."""
    proof = Proof(attempt=replace(ATTEMPT, objects=(replace(REF, uid="u"),)), questions=())
    granted = replace(a_lease().starting(ATTEMPT), why="was down").granted(proof, NOON)
    assert (granted.attempt, granted.granted_at, granted.why) == (proof.attempt, NOON, "")


def test_ending_keeps_the_first_reason_when_it_brings_none() -> None:
    """Why a try failed is still told when time is up."""
    lease = replace(a_lease(), why="no such role")
    assert lease.ending(EndCause.FAILED).why == "no such role"
    assert lease.ending(EndCause.REVOKED, "bob", "INC").why == "INC"


def test_what_a_grant_waited_for_is_no_reason_of_whoever_ends_it() -> None:
    """A cluster's words would read as theirs: “revoked by bob: …”."""
    lease = replace(a_lease(), why="the API server does not answer")
    assert lease.ending(EndCause.REVOKED, "bob").why == ""


@pytest.mark.parametrize(
    ("state", "live", "grantable"),
    [
        (LeaseState.GRANTING, True, True),
        (LeaseState.ACTIVE, True, True),
        (LeaseState.REVOKING, True, False),
        (LeaseState.ENDED, False, False),
    ],
)
def test_lease_is_live_until_it_is_proven_gone(
    state: LeaseState, *, live: bool, grantable: bool
) -> None:
    """What is being revoked still counts as there, but nothing of it may stay."""
    lease = a_lease(state=state)
    assert lease.request == "k7q2m9x4t1bd"
    assert (lease.live, lease.grantable) == (live, grantable)


def said(place: str, *, kind: str = "RoleBinding") -> str:
    """Return what RBAC says of a binding; `place` is quoted already."""
    return f'RBAC: allowed by {kind} "{place}" of ClusterRole "view" to User "alice@example.com"'


OURS = "daypass-x-1-1/payments"


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        (said(OURS), True),
        (said("daypass-x-1-1/other"), False),
        (said("daypass-x-1-11/payments"), False),
        (said(OURS, kind="ClusterRoleBinding"), False),
        (said(f'a\\"{OURS}'), False),
        (said(f'RBAC: allowed by RoleBinding \\"{OURS}\\" of x/payments'), False),
        (f'webhook: as RBAC: allowed by RoleBinding "{OURS}" of', False),
        (f'RBAC: allowed by RoleBinding "a/payments" of ClusterRole "{OURS}"', False),
        (f'RBAC: allowed by RoleBinding "a/b" of ClusterRole "view" to User "{OURS}"', False),
        ("", False),
    ],
    ids=[
        "ours", "other namespace", "longer name", "other kind", "a quote in a name",
        "all of it in a name", "not at its beginning", "a role", "a person", "nothing",
    ],
)  # fmt: skip
def test_because_of_takes_only_a_yes_that_names_the_object(reason: str, *, named: bool) -> None:
    """Law 4: a yes counts as ours when the server names our object, to the letter."""
    assert because_of(Answer(allowed=True, reason=reason), REF) is named
    assert not because_of(Answer(allowed=False, reason=reason), REF)


def test_because_of_knows_objects_without_namespace() -> None:
    """A cluster-scoped object is named without a place."""
    ref = ObjectRef(kind="ClusterRoleBinding", namespace="", name="daypass-x-1")
    reason = said(ref.name, kind=ref.kind)
    assert because_of(Answer(allowed=True, reason=reason), ref)
    assert str(ref) == "ClusterRoleBinding daypass-x-1"
    assert str(REF) == "RoleBinding payments/daypass-x-1-1"
