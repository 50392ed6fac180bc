"""While people decide, a card has what the request adds; afterwards, and for more time, nothing."""

from dataclasses import replace

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.ids import LeaseId
from daypass.domain.rbac.gain import Gained
from daypass.domain.request import Request
from tests.builders import a_request, a_world
from tests.drawing import VIEW, draw
from tests.unit.usecases.notifications.telling import CHANNEL, Desk


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
