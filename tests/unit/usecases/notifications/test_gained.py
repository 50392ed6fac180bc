"""While people decide, a card has what the request adds; afterwards, and for more time, nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.ids import LeaseId
from daypass.domain.rbac.gain import Gained
from daypass.domain.request import Request
from daypass.ports import NOTIFICATIONS, PromiseKind
from daypass.usecases.notifications.notify import notify
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import World, a_catalog, a_level, a_request, a_world
from tests.drawing import VIEW, draw
from tests.unit.usecases.notifications.telling import CHANNEL, Desk
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, ask, grant


def told(request: Request, *, seen: bool = True) -> Gained | None:
    desk = Desk(world=a_world(), chat=MemoryChat())
    if seen:
        draw(desk.world, VIEW)
    desk.put(request)
    desk.tell()
    return desk.chat.messages[CHANNEL][0].notification.gained


def test_card_of_what_waits_has_what_it_adds() -> None:
    """Where the cluster was seen."""
    found = told(a_request())
    assert found is not None
    assert found.gain.parts[0].namespaces == ("payments",)
    assert told(a_request(), seen=False) is None


def test_more_time_adds_nothing() -> None:
    """It is for what is held."""
    assert told(replace(a_request(), extends=LeaseId("000000000009-1"))) is None


def ended(world: World) -> None:
    """Let bob end what alice holds."""
    end(End(actor=BOB, target=FIRST), world.ask)


def released(world: World) -> None:
    """Let alice end it."""
    release(Release(actor=ALICE, target=FIRST), world.ask)


def cut(world: World) -> None:
    """Let bob take most of it off."""
    shorten(Shorten(actor=BOB, target=FIRST, length=3 * HOUR), world.ask)


@pytest.mark.parametrize("less", [ended, released, cut])
def test_card_says_anew_what_it_adds_once_its_requester_holds_less(
    less: Callable[[World], None],
) -> None:
    """Two levels of one role: who has the first taken off has nothing of what they wait for."""
    world = a_world(
        a_catalog(
            levels=(
                a_level(),
                a_level("ops"),
            )
        )
    )
    desk = Desk(world=world, chat=MemoryChat())
    draw(world, VIEW)
    grant(world, duration=4 * HOUR)
    ask(world, "ops")
    assert tell_all(desk).gain.nothing
    less(world)
    assert not tell_all(desk).gain.nothing


def tell_all(desk: Desk) -> Gained:
    """Tell all that is due; return what the last card says that its request adds."""
    desk.world.clock.advance(timedelta(seconds=1))
    for claim in desk.world.agenda.claim(NOTIFICATIONS, 50):
        if claim.promise.kind is PromiseKind.CARD:
            notify(claim, desk.ports)
    found = [one.notification.gained for one in desk.chat.messages[CHANNEL]]
    return next(one for one in reversed(found) if one is not None)
