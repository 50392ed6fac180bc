"""A lease ends early: by its holder, by an approver or by an administrator."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain import reasons as no
from daypass.domain.audit import Action
from daypass.domain.catalog import Principal, Step
from daypass.domain.errors import TemporaryOutsideError, UnreadableError
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, PromiseKind
from daypass.usecases.requests.browse import Browse, requests
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import World, a_catalog, a_workflow, a_world
from tests.unit.usecases.requests.test_extend import want_approved
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    FIRST,
    SECOND,
    Failing,
    Meanwhile,
    approve,
    ask,
    grant,
    lease_of,
    refusal,
    rows,
    with_store,
    work,
)

ID = "000000000001"


def let_go(world: World, who: PersonId = ALICE, target: str = "") -> tuple[str, ...]:
    return tuple(one.id for one in release(Release(actor=who, target=target), world.ask))


def stop(world: World, who: PersonId = BOB, target: str = ID, **fields: Any) -> tuple[str, ...]:
    return tuple(one.id for one in end(End(actor=who, target=target, **fields), world.ask))


def test_release_ends_the_only_lease_of_its_holder() -> None:
    """Law 7: the end, its event and the revocation that is due now are one move."""
    world = a_world()
    grant(world)
    assert let_go(world) == (FIRST,)
    lease = lease_of(world)
    assert (lease.state, lease.cause, lease.ended_by) == (
        LeaseState.REVOKING,
        EndCause.RELEASED,
        ALICE,
    )
    assert rows(world)[PromiseKind.END, FIRST] == 0
    assert rows(world, NOTIFICATIONS)[PromiseKind.CARD, ID] == 0
    event = world.store.events[-1]
    assert (event.action, event.actor) == (Action.LEASE_ENDING, ALICE)
    assert event.facts == {"cause": "released"}


@pytest.mark.parametrize(
    ("target", "ended"), [(ID, (FIRST, SECOND)), (SECOND, (SECOND,)), (FIRST.upper(), (FIRST,))]
)
def test_release_ends_what_is_named(target: str, ended: tuple[str, ...]) -> None:
    """A request names all of its live leases, a lease just itself."""
    world = a_world()
    grant(world, "debug", "nodes")
    assert let_go(world, target=target) == ended


def test_release_leaves_out_what_is_over_already() -> None:
    """A request names its live leases; one that is ending is no obstacle to the other."""
    world = a_world()
    grant(world, "debug", "nodes")
    let_go(world, target=FIRST)
    assert let_go(world, target=ID) == (SECOND,)
    assert refusal(lambda: let_go(world, target=ID)) == no.AlreadyEnding(
        lease=FIRST, state="revoking"
    )


def test_release_withdraws_a_promise_to_grant() -> None:
    """What is released while it is being granted is not granted any more."""
    world = a_world()
    approve(world)
    let_go(world)
    assert set(rows(world)) == {(PromiseKind.END, FIRST)}


def test_release_asks_which_when_there_are_several_or_none() -> None:
    """Without an id there has to be exactly one lease of one's own."""
    world = a_world()
    assert refusal(lambda: let_go(world)) == no.WhichOne(what="lease", ids=())
    grant(world, "debug", "nodes")
    assert refusal(lambda: let_go(world)) == no.WhichOne(what="lease", ids=(FIRST, SECOND))


@pytest.mark.parametrize("who", [BOB, CAROL, DAN])
def test_release_is_the_holder_s_alone(who: PersonId) -> None:
    """Others revoke, if they may."""
    world = a_world()
    grant(world)
    reason = refusal(lambda: let_go(world, who, FIRST))
    assert reason == no.NotYours(
        verb="release", what=f"lease {FIRST}", could=("alice@example.com",)
    )


@pytest.mark.parametrize("target", ["000000000009", f"{ID}-9", "x"])
def test_release_refuses_what_names_no_lease(target: str) -> None:
    """What names nothing is quoted."""
    world = a_world()
    grant(world)
    assert refusal(lambda: let_go(world, target=target)) == no.UnknownRequest(text=target)


def test_release_refuses_a_request_that_has_no_lease_yet() -> None:
    """A pending request holds nothing that could be released."""
    world = a_world()
    ask(world)
    assert refusal(lambda: let_go(world, target=ID)) == no.NoLease(request=ID, state="pending")


def test_release_is_judged_anew_when_somebody_revokes_at_the_same_moment() -> None:
    """Of two ends at once one is committed; the other is told."""
    world = a_world()
    grant(world)
    store = Meanwhile(world.store, "commit", lambda: stop(world))
    ports = with_store(world.ask, store)
    reason = refusal(lambda: release(Release(actor=ALICE, target=FIRST), ports))
    assert reason == no.AlreadyEnding(lease=FIRST, state="revoking")
    assert lease_of(world).cause is EndCause.REVOKED


@pytest.mark.parametrize("who", [BOB, DAN], ids=["approver", "administrator"])
def test_end_revokes_for_approvers_and_administrators(who: PersonId) -> None:
    """Approvers and administrators end somebody's leases, with a reason for people to read."""
    world = a_world()
    grant(world, "debug", "nodes")
    assert stop(world, who, reason=" INC-43 ") == (FIRST, SECOND)
    lease = lease_of(world)
    assert (lease.cause, lease.why) == (EndCause.REVOKED, "INC-43")
    assert world.store.events[-1].facts == {"cause": "revoked", "why": "INC-43"}


def test_end_releases_when_it_is_ones_own() -> None:
    """The holder who says revoke means release."""
    world = a_world()
    grant(world)
    assert stop(world, ALICE, FIRST) == (FIRST,)
    assert lease_of(world).cause is EndCause.RELEASED


def test_end_lets_administrators_end_what_was_automatic() -> None:
    """Where nobody approved, an administrator still can end it."""
    world = a_world()
    ask(world, cluster="dev")
    work(world, "dev")
    assert stop(world, DAN, FIRST) == (FIRST,)


def test_end_refuses_others_and_says_who_could() -> None:
    """A refusal names approvers and administrators, or at least the holder."""
    world = a_world()
    grant(world)
    reason = refusal(lambda: stop(world, CAROL))
    assert reason == no.NotYours(
        verb="revoke", what=f"lease {FIRST}", could=("team:sre (bob, dan)", "dan@example.com (dan)")
    )
    lonely = a_world(a_catalog(admins=()))
    ask(lonely, cluster="dev")
    assert "alice@example.com could" in str(refusal(lambda: stop(lonely, CAROL)))


@pytest.mark.parametrize("reason", ["x" * 1_001, "xoxp-1234567890-ab"])
def test_end_refuses_a_reason_that_cannot_be_kept(reason: str) -> None:
    """Law 9: no secret is stored; nothing ends by a refused command."""
    world = a_world()
    grant(world)
    refusal(lambda: stop(world, reason=reason))
    assert lease_of(world).state is LeaseState.ACTIVE


def test_end_knows_principals_by_email() -> None:
    """An administrator may be named by email."""
    world = a_world(a_catalog(admins=(Principal(email="carol@example.com"),)))
    grant(world)
    assert stop(world, CAROL) == (FIRST,)


def test_end_lets_lapse_at_once_what_asks_for_more_time() -> None:
    """Nobody is asked for more of what is over; other requests go on waiting."""
    world = a_world()
    grant(world)
    more = want_approved(world)
    other = ask(world, "nodes").request
    stop(world)
    assert rows(world, TIMEKEEPER)[PromiseKind.LAPSE, more] == 0
    assert rows(world, TIMEKEEPER)[PromiseKind.LAPSE, other.id] > 0


def test_end_does_not_fail_for_what_asks_for_more_time() -> None:
    """Whatever cannot be read: that request lapses when its lease would have ended."""
    world = a_world()
    grant(world)
    want_approved(world)
    store = Failing(world.store, "pending_of", TemporaryOutsideError("slow"), lambda _: True)
    stop_ports = with_store(world.ask, store)
    assert end(End(actor=BOB, target=ID), stop_ports)
    assert lease_of(world).state is LeaseState.REVOKING


def test_end_of_all_of_a_request_is_for_whoever_may_end_each_of_its_leases() -> None:
    """An approver of one workflow ends its leases, and none of another's in the same request."""
    dans = Principal(email="dan@example.com")
    admins = a_workflow("admins", levels=("platform-admins",), steps=(Step(by=(dans,)),))
    bobs = a_workflow(steps=(Step(by=(Principal(email="bob@example.com"),)),))
    world = a_world(a_catalog(workflows=(admins, bobs), admins=()))
    ask(world, "debug", "platform-admins")
    for one in (BOB, DAN):
        decide(Decide(actor=one, target=ID, yes=True), world.ask)
    work(world)
    reason = refusal(lambda: stop(world, BOB))
    could = ("dan@example.com (dan)",)
    assert reason == no.NotYours(verb="revoke", what=f"lease {SECOND}", could=could)
    assert all(lease_of(world, one).grantable for one in (FIRST, SECOND))
    assert stop(world, BOB, FIRST) == (FIRST,)
    assert stop(world, DAN, SECOND) == (SECOND,)


def beside_a_damaged(world: World, *names: str) -> World:
    """Return the same world, where these leases cannot be read any more."""
    damaged = UnreadableError("a stored lease cannot be read")
    store: Any = Failing(world.store, "leases", damaged, lambda asked: bool({*names} & {*asked}))
    return replace(world, store=store)


@pytest.mark.parametrize(("ends", "who"), [(let_go, ALICE), (stop, BOB)])
def test_end_of_a_request_comes_beside_a_lease_that_cannot_be_read(
    ends: Callable[..., tuple[str, ...]], who: PersonId
) -> None:
    """Law 10: what can be read ends; where nothing can, that is said."""
    world = a_world()
    grant(world, "debug", "nodes")
    assert ends(beside_a_damaged(world, SECOND), who, ID) == (FIRST,)
    with pytest.raises(UnreadableError):
        ends(beside_a_damaged(world, FIRST, SECOND), who, ID)


def test_shorten_of_a_request_comes_beside_a_lease_that_cannot_be_read() -> None:
    """The only one that can be read is the one that is meant."""
    world = a_world()
    grant(world, "debug", "nodes")
    command = Shorten(actor=ALICE, target=ID, length=timedelta(minutes=10))
    assert shorten(command, beside_a_damaged(world, SECOND).ask).id == FIRST


def test_own_requests_are_shown_beside_a_lease_that_cannot_be_read() -> None:
    """What somebody holds is not hidden by what nobody can read."""
    world = a_world()
    grant(world, "debug", "nodes")
    (mine,) = requests(Browse(actor=ALICE), beside_a_damaged(world, SECOND).ask).mine
    assert [lease.id for lease in mine.leases] == [FIRST]
