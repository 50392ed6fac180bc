"""The holder wants more time: at once, or after a yes; nothing on the cluster moves yet."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain import reasons as no
from daypass.domain.audit import Action
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, PromiseKind
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, Extended, extend
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.requests.release import Release, release
from tests.builders import NOON, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    FIRST,
    HOUR,
    Meanwhile,
    actions,
    ask,
    grant,
    lease_of,
    ours,
    refusal,
    refusals,
    rows,
    with_store,
    work,
)

SECOND_REQUEST = RequestId("000000000002")


def want(world: World, length: timedelta | None = HOUR, **fields: Any) -> Extended:
    """Let alice want more time for what she holds."""
    default = Extend(actor=ALICE, target="", length=length)
    return extend(replace(default, **fields), world.ask)


def want_approved(world: World, length: timedelta = 4 * HOUR) -> RequestId:
    """Let alice want more than is free; return the request that waits."""
    request = want(world, length).request
    assert request is not None
    return request.id


def say_yes(world: World, request: RequestId = SECOND_REQUEST, **fields: Any) -> None:
    """Let bob approve."""
    decide(replace(Decide(actor=BOB, target=request, yes=True), **fields), world.ask)


def a_granted() -> tuple[World, Lease]:
    """Return a world in which alice holds debug on prod for an hour."""
    world = a_world()
    return world, grant(world)


def test_extend_commits_the_wish_with_its_promise_and_event() -> None:
    """Law 7: what is wanted, who wants it and the promise to make it so are one move."""
    world, before = a_granted()
    wanted = want(world)
    lease = lease_of(world)
    assert wanted.extension == lease.extension
    assert lease.extension is not None
    assert (lease.extension.length, lease.extension.until) == (HOUR, NOON + 2 * HOUR)
    assert rows(world)[PromiseKind.ADJUST, FIRST] == 0
    assert rows(world, NOTIFICATIONS)[PromiseKind.CARD, "000000000001"] == 0
    event = world.store.events[-1]
    assert (event.action, event.actor) == (Action.LEASE_EXTENDING, ALICE)
    assert event.facts == {"length": "1h", "until": "2026-11-20T14:00:00Z"}
    assert before.version + 1 == lease.version


def test_extend_moves_no_end_by_itself() -> None:
    """Law 2: the end and its row stay what they are until the objects carry the new one."""
    world, before = a_granted()
    want(world)
    assert lease_of(world).ends_at == before.ends_at
    assert rows(world)[PromiseKind.END, FIRST] == HOUR.total_seconds()
    assert ours(world).expires_at == before.ends_at


def test_extend_takes_half_an_hour_when_nobody_says_how_long() -> None:
    """The button says nothing more than which lease."""
    world, _ = a_granted()
    wanted = want(world, None, target=FIRST).extension
    assert wanted is not None
    assert wanted.length == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"length": timedelta(0)}, no.NotPositive),
        ({"length": -HOUR}, no.NotPositive),
        ({"length": 5 * HOUR}, no.DurationTooLong),
        ({"actor": CAROL, "target": FIRST}, no.NotYours),
        ({"actor": CAROL}, no.WhichOne),
        ({"target": "nonsense"}, no.UnknownRequest),
        ({"reason": "xoxb-1234567890-ab"}, no.HoldsSecret),
    ],
)
def test_extend_is_refused_and_nothing_is_stored(fields: dict[str, Any], kind: type) -> None:
    """Bad input gets its reason; the lease stays as it is."""
    world, before = a_granted()
    assert isinstance(refusal(lambda: want(world, **fields)), kind)
    assert lease_of(world) == before
    assert (PromiseKind.ADJUST, FIRST) not in rows(world)


def test_extend_is_refused_when_the_lease_is_over() -> None:
    """What has ended, or is about to, is not brought back."""
    world, _ = a_granted()
    release(Release(actor=ALICE, target=FIRST), world.ask)
    over = refusal(lambda: want(world, target=FIRST))
    assert over == no.AlreadyEnding(lease=FIRST, state="revoking")
    work(world)
    over = refusal(lambda: want(world, target=FIRST))
    assert over == no.AlreadyEnding(lease=FIRST, state="ended")


def test_extend_asks_which_when_several_leases_fit() -> None:
    """A request's id stands for its lease only where it is one."""
    world = a_world()
    grant(world, "debug", "nodes")
    assert isinstance(refusal(lambda: want(world)), no.WhichOne)
    assert isinstance(refusal(lambda: want(world, target="000000000001")), no.WhichOne)
    assert want(world, target=FIRST).extension is not None


def test_extend_is_judged_anew_when_somebody_ends_the_lease_meanwhile() -> None:
    """Of ending and extending at once the end wins."""
    world, _ = a_granted()
    let_go = Meanwhile(
        world.store, "commit", lambda: release(Release(actor=ALICE, target=FIRST), world.ask)
    )
    with pytest.raises(RefusedError):
        extend(Extend(actor=ALICE, target=FIRST, length=HOUR), with_store(world.ask, let_go))
    assert lease_of(world).state is LeaseState.REVOKING


def test_extend_beyond_what_is_free_submits_a_request_of_its_own() -> None:
    """It is asked like any other, and names the lease that it is to make longer."""
    world, before = a_granted()
    wanted = want(world, 4 * HOUR, reason="still broken")
    request = wanted.request
    assert request is not None
    assert (request.extends, request.duration) == (FIRST, 4 * HOUR)
    assert request.ask.reason == "still broken"
    assert wanted.asked == ("team:sre (bob, dan)",)
    after = lease_of(world)
    assert replace(after, version=before.version, move=before.move) == before
    event = world.store.events[-1]
    assert (event.action, event.facts["extends"]) == (Action.REQUEST_SUBMITTED, FIRST)


def test_extend_waits_for_an_answer_no_longer_than_the_lease_lasts() -> None:
    """Past its end there is nothing left that could be made longer."""
    world, _ = a_granted()
    world.clock.advance(timedelta(minutes=50))
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(replace(world.store.seen()["prod"], taken_at=world.clock.now()))
    request = want_approved(world)
    assert rows(world, TIMEKEEPER)[PromiseKind.LAPSE, request] == 600
    world.clock.advance(timedelta(minutes=10))
    let_lapse(world.ask)
    lapsed = world.store.request(request)
    assert lapsed is not None
    assert (lapsed.state, lapsed.plan.timeout) == (RequestState.LAPSED, timedelta(minutes=10))


def test_extend_is_refused_while_more_is_asked_for() -> None:
    """One request for more time at a time, until it is answered or taken back."""
    world, _ = a_granted()
    request = want_approved(world)
    assert refusal(lambda: want(world)) == no.ExtensionAsked(lease=FIRST, request=request)
    cancel(Cancel(actor=ALICE, target=request), world.ask)
    assert want(world).extension is not None


def test_extend_is_refused_when_nobody_could_say_yes() -> None:
    """A request that nobody can answer is never made."""
    world = a_world()
    grant(world)
    sole = replace(world.ask, people=cast("Any", _Nobody(world.people)))
    (reason,) = refusals(lambda: extend(Extend(actor=ALICE, target=FIRST, length=4 * HOUR), sole))
    assert isinstance(reason, no.NoPossibleApprover)


class _Nobody:
    """People of whom none is in any user group."""

    def __init__(self, people: Any) -> None:
        self._people = people

    def __getattr__(self, name: str) -> Any:
        return getattr(self._people, name)

    def usergroup(self, _: str) -> frozenset[PersonId]:
        """Return nobody."""
        return frozenset()


def test_approval_commits_the_extension_instead_of_leases() -> None:
    """Law 7: the yes, the wish and the promise to make it so are one move; no lease is new."""
    world, before = a_granted()
    request = want_approved(world)
    say_yes(world)
    lease = lease_of(world)
    assert lease.extension is not None
    assert (lease.extension.request, lease.extension.until) == (request, NOON + 5 * HOUR)
    assert lease.ends_at == before.ends_at
    assert rows(world)[PromiseKind.ADJUST, FIRST] == 0
    assert {kind for kind, _ in rows(world)} == {PromiseKind.END, PromiseKind.ADJUST}
    assert actions(world)[-2:] == ["request.approved", "lease.extending"]
    assert list(world.store.live_on("prod")) == [FIRST]


def test_approval_may_give_less_than_was_asked_for() -> None:
    """An approver may shorten, as with any request."""
    world, _ = a_granted()
    want_approved(world)
    say_yes(world, duration=2 * HOUR)
    lease = lease_of(world)
    assert lease.extension is not None
    assert lease.extension.until == NOON + 3 * HOUR


def test_approval_is_refused_when_the_lease_has_ended_meanwhile() -> None:
    """The click says so, and nothing happens; a no is taken all the same."""
    world, _ = a_granted()
    request = want_approved(world)
    release(Release(actor=ALICE, target=FIRST), world.ask)
    work(world)
    assert refusal(lambda: say_yes(world)) == no.AlreadyEnding(lease=FIRST, state="ended")
    pending = world.store.request(request)
    assert pending is not None
    assert (pending.state, pending.approvals) == (RequestState.PENDING, ())
    say_yes(world, yes=False, reason="too late")
    denied = world.store.request(request)
    assert denied is not None
    assert denied.state is RequestState.DENIED


def test_approval_is_refused_when_the_lease_is_forgotten() -> None:
    """A store that lost the lease has nothing to make longer."""
    world, _ = a_granted()
    want_approved(world)
    del world.store._leases[FIRST]
    assert refusal(lambda: say_yes(world)) == no.UnknownRequest(text=FIRST)


def test_approval_in_steps_extends_after_the_last_one() -> None:
    """Each step counts as for a new request; how long it waits was settled when it was asked."""
    sre = a_workflow().steps[0]
    world = a_world(a_catalog(workflows=(a_workflow(steps=(replace(sre, count=2),)),)))
    asked = ask(world)
    for one in (BOB, PersonId("U0DAN")):
        decide(Decide(actor=one, target=asked.request.id, yes=True), world.ask)
    work(world)
    request = want_approved(world)
    waits = world.store.request(request)
    say_yes(world)
    assert lease_of(world).extension is None
    now = world.store.request(request)
    assert waits is not None
    assert now is not None
    assert now.plan.timeout == waits.plan.timeout
    say_yes(world, actor=PersonId("U0DAN"))
    assert lease_of(world).extension is not None


def test_commands_that_name_the_request_mean_the_lease_that_it_extends() -> None:
    """Whoever has only the id of a request for more time still ends the right thing."""
    world, _ = a_granted()
    request = want_approved(world)
    assert release(Release(actor=ALICE, target=request), world.ask)[0].id == FIRST


def test_extend_is_refused_while_one_is_under_way() -> None:
    """One at a time: the next counts from the end that this one gives."""
    world, _ = a_granted()
    want(world)
    assert refusal(lambda: want(world)) == no.BeingExtended(lease=FIRST)
