"""A click after the role was changed: refused, stored, and told on the card."""

from dataclasses import replace
from datetime import timedelta

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.catalog import RiskRule, Step
from daypass.domain.decision import READING
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.lease import LeaseState
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import meaning
from daypass.domain.rbac.risk import Risk
from daypass.domain.reasons import NobodyToAsk, ReadAgain, RoleChanged
from daypass.domain.request import Request, RequestState
from daypass.domain.tally import MINUTE
from daypass.ports import PromiseKind
from daypass.ports.agenda import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import PODS, SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.requests.test_decide import TWO
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    DAN,
    FIRST,
    HOUR,
    actions,
    ask,
    lease_of,
    refusal,
    rows,
    work,
)

RULES = (PolicyRule(verbs=("get",), resources=("secrets",)),)


def change_role(world: World, rules: tuple[PolicyRule, ...] = RULES) -> None:
    world.clusters["prod"].roles["ClusterRole/view"] = rules
    seen, at = world.store.seen()["prod"], world.clock.advance(timedelta(seconds=1))
    means = {**seen.means, "ClusterRole/view": meaning(rules)}
    world.store.keep_seen(replace(seen, means=means, taken_at=at))


def say_yes(world: World, request: Request, actor: PersonId = BOB) -> Request:
    """Click beside what a request is by now."""
    edition = stored(world, request).edition
    return decide(Decide(actor=actor, target=request.id, yes=True, read=edition), world.ask)


def stored(world: World, request: Request) -> Request:
    found = world.store.request(request.id)
    assert found is not None
    return found


def test_decide_refuses_the_click_and_brings_the_card_up_to_date() -> None:
    """The click was on what is no longer so; what it is now is stored, told and in the trail."""
    world = a_world(a_catalog())
    request = ask(world).request
    change_role(world)
    assert isinstance(refusal(lambda: say_yes(world, request)), RoleChanged)
    found = stored(world, request)
    assert found.state is RequestState.PENDING
    assert found.renewed_at is not None
    assert (PromiseKind.CARD, request.id) in rows(world, NOTIFICATIONS)
    assert actions(world, request.id)[-1] == "request.renewed"


def test_decide_takes_the_yes_to_what_it_is_now() -> None:
    """Once it can have been read; and that is granted."""
    world = a_world()
    request = ask(world).request
    change_role(world)
    refusal(lambda: say_yes(world, request))
    assert isinstance(refusal(lambda: say_yes(world, request)), ReadAgain)
    world.clock.advance(READING + timedelta(seconds=1))
    assert say_yes(world, request).state is RequestState.APPROVED
    work(world)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_decide_counts_no_yes_to_what_it_was_before() -> None:
    """Bob said yes, then the role was changed: two others are needed, or he anew."""
    world = a_world(TWO)
    request = ask(world).request
    say_yes(world, request)
    change_role(world)
    refusal(lambda: say_yes(world, request, DAN))
    world.clock.advance(READING + timedelta(seconds=1))
    assert say_yes(world, request, DAN).state is RequestState.PENDING
    assert say_yes(world, request).state is RequestState.APPROVED
    [lease] = [lease_of(world)]
    assert lease.approvers == ("dan@example.com", "bob@example.com")
    event = next(e for e in world.store.events if e.action == "request.renewed")
    assert event.facts["void"] == "bob@example.com"
    assert event.facts["risks"] == "secrets"


def no_risk_any_more() -> tuple[World, Request]:
    """Let alice ask for what a risk alone needs a yes for, and the role lose that risk."""
    rule = RiskRule(asks=(Risk.SECRETS,), step=Step(by=(SRE,)))
    world = a_world(a_catalog(workflows=(a_workflow(steps=(), risk=rule),)))
    change_role(world)
    request = ask(world).request
    change_role(world, (PODS,))
    return world, request


def test_decide_grants_what_needs_no_yes_any_more() -> None:
    """The role lost the risk for which alone somebody was asked."""
    world, request = no_risk_any_more()
    assert say_yes(world, request).state is RequestState.APPROVED
    work(world)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_decide_for_less_stays_so_where_no_yes_is_needed_any_more() -> None:
    """The holder alone undoes nothing that somebody said: more is a new request."""
    world, request = no_risk_any_more()
    decide(Decide(actor=BOB, target=request.id, yes=True, duration=HOUR / 2), world.ask)
    work(world)
    assert lease_of(world).free_until == lease_of(world).ends_at
    more = Extend(actor=ALICE, target=FIRST, length=HOUR)
    assert isinstance(refusal(lambda: extend(more, world.ask)), NobodyToAsk)


def tell(world: World, chat: MemoryChat) -> None:
    """Be a notifications worker that tells all that is due."""
    for claim in world.agenda.claim(NOTIFICATIONS, 50):
        notify(claim, world.notify(chat))


def test_decide_takes_no_yes_before_the_card_says_what_it_is_now() -> None:
    """Slack waits, so the card still shows what it was: dan, who reads that, says yes to that."""
    world, chat = a_world(), MemoryChat()
    request = ask(world).request
    tell(world, chat)
    change_role(world)
    refusal(lambda: say_yes(world, request))
    chat.trouble = TemporaryOutsideError("rate limited", delay=MINUTE / 2)
    world.clock.advance(MINUTE)
    world.heartbeats.beat("timekeeper")
    tell(world, chat)
    assert isinstance(refusal(lambda: say_yes(world, request, DAN)), ReadAgain)
    chat.trouble = None
    world.clock.advance(MINUTE)
    world.heartbeats.beat("timekeeper")
    change_role(world)  # The same again: only the look is fresh.
    tell(world, chat)
    assert isinstance(refusal(lambda: say_yes(world, request, DAN)), ReadAgain)
    world.clock.advance(READING + timedelta(seconds=1))
    assert say_yes(world, request, DAN).state is RequestState.APPROVED
