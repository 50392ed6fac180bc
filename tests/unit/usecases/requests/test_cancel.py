"""The requester takes a pending request back."""

from daypass.domain.reasons import NotPending, NotYours, UnknownRequest, WhichOne
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, PromiseKind
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from tests.builders import a_world, unbounded
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    Meanwhile,
    actions,
    approve,
    ask,
    refusal,
    rows,
    with_store,
)


def test_cancel_takes_the_only_pending_request_back() -> None:
    """Law 7: state, event and promises are one move; nobody waits for it any more."""
    world = a_world()
    request = ask(world).request
    over = cancel(Cancel(actor=ALICE, target=""), world.ask)
    assert (over.id, over.state) == (request.id, RequestState.CANCELLED)
    assert actions(world, request.id) == ["request.submitted", "request.cancelled"]
    assert rows(world, TIMEKEEPER) == {}
    assert (PromiseKind.CARD, request.id) in rows(world, NOTIFICATIONS)


def test_cancel_is_the_requester_s_alone() -> None:
    """Nobody takes back what somebody else asked for, not even an administrator."""
    world = a_world()
    request = ask(world).request
    for who in (BOB, CAROL, DAN):
        reason = refusal(lambda who=who: cancel(Cancel(actor=who, target=request.id), world.ask))  # type: ignore[misc]
        assert reason == NotYours(
            verb="cancel", what=f"request {request.id}", could=("alice@example.com",)
        )


def test_cancel_refuses_when_it_is_decided() -> None:
    """What is approved is released, not cancelled; the answer says who decided."""
    world = a_world()
    request = approve(world)
    reason = refusal(lambda: cancel(Cancel(actor=ALICE, target=request.id), world.ask))
    assert reason == NotPending(request=request.id, state="approved", by="U0BOB")


def test_cancel_is_judged_anew_when_somebody_approves_at_the_same_moment() -> None:
    """Of two moves at once one is committed; the other is told."""
    world = a_world()
    request = ask(world).request
    yes = Decide(actor=BOB, target=request.id, yes=True)
    store = Meanwhile(world.store, "commit", lambda: decide(yes, world.ask))
    command = Cancel(actor=ALICE, target=request.id)
    reason = refusal(lambda: cancel(command, with_store(world.ask, store)))
    assert reason == NotPending(request=request.id, state="approved", by="U0BOB")


def test_cancel_asks_which_when_there_are_several_or_none() -> None:
    """Without an id there has to be exactly one pending request of one's own."""
    world = a_world(unbounded())
    none = refusal(lambda: cancel(Cancel(actor=ALICE, target=""), world.ask))
    ids = tuple(ask(world).request.id for _ in range(2))
    several = refusal(lambda: cancel(Cancel(actor=ALICE, target=""), world.ask))
    assert none == WhichOne(what="pending request", ids=())
    assert several == WhichOne(what="pending request", ids=tuple(reversed(ids)))


def test_cancel_refuses_an_unknown_id() -> None:
    """What names nothing is quoted."""
    reason = refusal(lambda: cancel(Cancel(actor=ALICE, target="nope"), a_world().ask))
    assert reason == UnknownRequest(text="nope")
