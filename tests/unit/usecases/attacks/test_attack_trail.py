"""Time that jumped ahead and back, and a score that anybody may write: trail and retention."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daypass.adapters.redis import keys
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.ids import RequestId
from daypass.ports import TIMEKEEPER, PromiseKind
from daypass.usecases.audit.checkpoint import checkpoint
from daypass.usecases.audit.excerpt import Span, excerpt
from daypass.usecases.audit.retain import retain
from daypass.usecases.requests.cancel import Cancel, cancel
from tests.builders import NOON, World, a_catalog, a_world
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.audit.test_retain import look
from tests.unit.usecases.scenes import ALICE, HOUR, ask

YEAR = timedelta(days=365)
EVENT = AuditEvent(at=NOON, action=Action.PERSON_PINNED, actor="bot", subject="U0ALICE")


def chained(world: World, at: datetime, subject: str = "U0ALICE") -> None:
    """Let something be chained while Redis says that it is `at`."""
    world.clock.set(at)
    world.store.record(replace(EVENT, at=at, subject=subject))
    checkpoint(world.trail)


def told_until(world: World, until: datetime) -> int:
    """Count what an excerpt has of what came later."""
    pieces = excerpt(world.trail.trail, Span(until=until)).pieces
    return sum("later" in repr(piece) for piece in pieces)


def test_excerpt_has_all_that_happened_until_then() -> None:
    """One checkpoint of the future hides nothing that came after it."""
    world = a_world()
    chained(world, NOON + 10 * YEAR)
    for number in (1, 2, 3):
        chained(world, NOON + number * HOUR, "later")
    assert told_until(world, NOON + 3 * HOUR) == 3


def test_excerpt_ends_where_all_that_follows_is_later() -> None:
    """With the checkpoint that is later than asked for, for its events may be older."""
    world = a_world()
    for number in range(6):
        chained(world, NOON + number * HOUR, "later")
    assert told_until(world, NOON + 2 * HOUR) == 4


@pytest.mark.parametrize("jumps", [1, 600])
def test_retention_goes_on_after_time_jumped_ahead_and_back(jumps: int) -> None:
    """Checkpoints of the future, more than one look takes, keep no event for ten years."""
    world = a_world(a_catalog(retention=YEAR))
    for number in range(jumps):
        chained(world, NOON + 10 * YEAR + timedelta(seconds=number))
    for number in range(5):
        chained(world, NOON + timedelta(seconds=number))
    world.clock.advance(3 * YEAR)
    for _ in range(3):
        look(world)
    assert EVENT.subject not in {one.subject for one in world.store.events}


def test_retention_keeps_what_only_moments_of_the_future_follow() -> None:
    """Nothing says how old it is."""
    world = a_world(a_catalog(retention=YEAR))
    chained(world, NOON + 10 * YEAR)
    world.clock.set(NOON + 3 * YEAR)
    look(world)
    assert EVENT.subject in {one.subject for one in world.store.events}


def test_what_was_decided_just_now_is_kept_whatever_its_score_says() -> None:
    """By the bot: a row alone must not have the timekeeper forget it."""
    scene = Scene(a_catalog(retention=YEAR), granted=False)
    request = ask(scene.world).request
    cancel(Cancel(actor=ALICE, target=request.id), scene.world.ask)
    scene.client.zadd(keys.OVER, {request.id: 1})
    scene.client.zadd(keys.due(TIMEKEEPER), {f"{PromiseKind.RETAIN}:": 1})
    (claim,) = scene.world.agenda.claim(TIMEKEEPER, 50)
    retain(claim, scene.trail)
    assert scene.world.store.request(RequestId(request.id)) is not None
