"""What one person has already stands against more: at the ask, at the yes, and before the grant."""

from dataclasses import replace
from typing import Any, cast

import pytest

from daypass.domain import reasons as no
from daypass.domain.errors import ConflictError, TemporaryOutsideError
from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.request import RequestState
from daypass.domain.scope import within
from daypass.domain.tally import Tally
from daypass.ports import Change, GrantPorts
from daypass.usecases.grants.provision import provision
from daypass.usecases.requests.browse import Browse, catalog
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.offering import OfferState
from daypass.usecases.shared.commits import TRIES
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    CAROL,
    FIRST,
    HOUR,
    Failing,
    Meanwhile,
    approve,
    ask,
    grant,
    known_as,
    lease_of,
    let_go,
    names,
    pass_time,
    refusal,
    refusals,
    try_once,
    work,
)

SECOND = LeaseId("000000000002-1")
OPEN = (RequestState.PENDING, RequestState.APPROVED)


def lying(world: World) -> World:
    """Return the same world with a bot that counts nothing."""
    return replace(world, catalog=unbounded(world.catalog))


def tally(world: World) -> Tally:
    """Return what was counted of alice on prod."""
    return world.store.tally("prod", "alice@example.com")


# ── The ask ──────────────────────────────────────────────────────────────────────────────────────


def test_submit_refuses_what_the_person_holds() -> None:
    """The answer has the lease and its end; others, other levels and other clusters are free."""
    world = a_world()
    lease = grant(world)
    reason = refusal(lambda: ask(world))
    assert isinstance(reason, no.HeldAlready)
    assert (reason.there, reason.until) == (FIRST, lease.ends_at)
    assert ask(world, actor=CAROL).request.state in OPEN
    assert ask(world, "nodes").request.state in OPEN
    assert ask(world, cluster="dev").request.state in OPEN


def test_submit_refuses_what_waits_already() -> None:
    """Also where twenty requests and more were asked and answered since."""
    world = a_world()
    waiting = ask(world).request
    for _ in range(25):
        denied = ask(world, "nodes").request
        decide(Decide(actor=BOB, target=denied.id, yes=False), world.ask)
    reason = refusal(lambda: ask(world))
    assert isinstance(reason, no.AskedAlready)
    assert reason.there == waiting.id
    (offer,) = catalog(Browse(actor=ALICE, words=("prod", "debug")), world.ask)
    assert (offer.state, offer.request) == (OfferState.PENDING, waiting.id)


def test_submit_grants_anew_what_was_released() -> None:
    """What is ending is given up; it is off the cluster before there is another."""
    world = a_world()
    grant(world)
    let_go(world, FIRST)
    assert grant(world).state is LeaseState.ACTIVE
    assert (tally(world).running, tally(world).over) == ((SECOND,), (FIRST,))


def test_submit_names_every_level_that_is_there() -> None:
    """Of several levels each is judged; all reasons are told at once."""
    world = a_world()
    grant(world, "debug", "nodes")
    reasons = refusals(lambda: ask(world, "debug", "nodes", "platform-admins"))
    there = [one.there for one in reasons if isinstance(one, no.Taken)]
    assert there == [FIRST, LeaseId("000000000001-2")]


@pytest.mark.parametrize("username", ["ops", "Ops"])
def test_submit_counts_two_accounts_of_one_username_as_one_person(username: str) -> None:
    """What one holds stands against the other; in other letters they are one to us, too."""
    world = a_world()
    grant(known_as(world, {"U0ALICE": "ops"}))
    world = known_as(world, {"U0CAROL": username})
    reason = refusal(lambda: ask(world, actor=CAROL))
    assert isinstance(reason, no.HeldAlready)
    assert reason.there == FIRST


def test_waiting_for_more_time_is_no_second_ask() -> None:
    """A request that extends a lease takes no place of its own; when it is over all is free."""
    world = a_world()
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR, reason="x"), world.ask)
    assert asked.request is not None
    let_go(world, FIRST)
    assert ask(world).request.state in OPEN


# ── The yes ──────────────────────────────────────────────────────────────────────────────────────


def test_decide_refuses_what_became_held_meanwhile() -> None:
    """Two asks of one moment both wait; of two yeses one is given."""
    world = a_world()
    one, other = ask(world).request, ask(lying(world)).request
    decide(Decide(actor=BOB, target=one.id, yes=True), world.ask)
    reason = refusal(lambda: decide(Decide(actor=BOB, target=other.id, yes=True), world.ask))
    assert isinstance(reason, no.HeldAlready)
    assert reason.there == f"{one.id}-1"
    denied = decide(Decide(actor=BOB, target=other.id, yes=False), world.ask)
    assert denied.state == "denied"


# ── The grant ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "forged",
    [{"level": "nodes"}, {"scope": within("elsewhere")}, {"cluster": "dev"}],
    ids=["level", "scope", "cluster"],
)
def test_provision_refuses_a_second_although_the_first_was_written_over(
    forged: dict[str, Any],
) -> None:
    """Law 8: what is held is what the worker began, whatever the lease says by now."""
    world = a_world()
    held = grant(world)
    world.store.commit(Change(move=world.ids.move(), leases=(replace(held, **forged),)))
    approve(lying(world))
    try_once(world)
    second = lease_of(world, SECOND)
    assert (second.state, second.cause) == (LeaseState.REVOKING, EndCause.FAILED)
    assert "debug is held on prod already" in second.why


def test_provision_refuses_a_second_although_the_bot_lied() -> None:
    """Law 8: the worker counts by its own rules; people read what is there instead."""
    world = a_world()
    grant(world)
    approve(lying(world))
    work(world)
    second = lease_of(world, SECOND)
    assert (second.state, second.cause) == (LeaseState.REVOKING, EndCause.FAILED)
    assert f"debug is held on prod already: lease {FIRST}" in second.why
    assert names(world) == [f"daypass-{FIRST}-1-1"]


def test_provision_grants_one_of_two_that_are_approved_at_once() -> None:
    """Neither was begun, so neither stands against the other: the first that is begun has it."""
    world = a_world()
    approve(lying(world))
    approve(lying(world))
    work(world)
    states = {one: lease_of(world, one).state for one in (FIRST, SECOND)}
    assert states == {FIRST: LeaseState.ACTIVE, SECOND: LeaseState.REVOKING}


def test_provision_gives_its_thread_back_when_a_move_never_fits() -> None:
    """A lease that can be read and not moved is tried so often, then again when due (law 3)."""
    world = a_world()
    approve(world)
    tried: list[Change] = []

    def is_start(change: Change) -> bool:
        tried.extend([change] if change.tallies else [])
        return bool(change.tallies)

    store = Failing(world.store, "commit", ConflictError("never"), is_start)
    try_once(world, replace(world.grants(), store=cast("Any", store)))
    assert len(tried) == TRIES
    assert (lease_of(world).state, names(world)) == (LeaseState.GRANTING, [])
    work(world)
    assert lease_of(world).state is LeaseState.ACTIVE


@pytest.mark.parametrize("level", ["debug", "nodes"])
def test_provision_judges_anew_when_another_is_begun_at_the_same_moment(level: str) -> None:
    """Two workers, two leases of one person: the second commit knows of the first."""
    world = a_world()
    approve(lying(world))
    approve(lying(world), level)
    one, other = [c for c in world.agenda.claim("prod", 50) if c.promise.kind == "provision"]
    store = Meanwhile(world.store, "commit", lambda: provision(other, world.grants()))
    provision(one, replace(world.grants(), store=cast("Any", store)))
    assert lease_of(world, SECOND).state is LeaseState.ACTIVE
    first = LeaseState.REVOKING if level == "debug" else LeaseState.ACTIVE
    assert lease_of(world, FIRST).state is first
    assert len(names(world)) == (1 if level == "debug" else 2)


def test_provision_knows_what_was_struck_off_the_lists() -> None:
    """Whoever may write to the person's list, but not to the worker's tally, gets no second."""
    world = a_world()
    grant(world)
    approve(lying(world))
    try_once(world, without_lists(world))
    assert lease_of(world, SECOND).state is LeaseState.REVOKING


def without_lists(world: World) -> GrantPorts:
    """Return the ports of a worker that finds nothing on anybody's list."""

    class Struck:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def live_of(self, _person: PersonId) -> list[Any]:
            return []

    return replace(world.grants(), store=cast("Any", Struck()))


def test_provision_counts_what_was_adopted() -> None:
    """No tally is left after a loss; the lease that was taken over is on the person's list."""
    world = a_world()
    grant(world)
    tallied = replace(tally(world), starts=())
    world.store.commit(Change(move=world.ids.move(), tallies=(tallied,)))
    approve(lying(world))
    work(world)
    assert lease_of(world, SECOND).cause is EndCause.FAILED


def cut_off() -> World:
    """Return a world in which an attempt was begun whose creates may still be on their way."""
    world = a_world()
    approve(world)
    world.clusters["prod"].lossy = True
    try_once(world)
    world.clusters["prod"].lossy = False
    return world


def test_provision_goes_on_after_a_crash_with_what_it_began() -> None:
    """Nothing stands against an attempt that is in the tally, not even its own lease."""
    world = cut_off()
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ACTIVE
    assert tally(world).leases == (FIRST,)


def test_provision_refuses_an_attempt_that_no_worker_began() -> None:
    """The bot may write leases: one that seems begun does not pass for it."""
    world = cut_off()
    world.store.commit(Change(move=world.ids.move(), tallies=(replace(tally(world), starts=()),)))
    pass_time(world, 5)
    assert lease_of(world).cause is EndCause.FAILED


def test_provision_grants_nothing_while_the_tally_cannot_be_read() -> None:
    """Law 10: doubt means no, for as long as it lasts."""
    world = a_world()
    approve(world)
    down = TemporaryOutsideError("Redis does not answer")
    store = Failing(world.store, "tally", down, lambda _: True)
    try_once(world, replace(world.grants(), store=cast("Any", store)))
    assert names(world) == []
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ACTIVE
