"""Who took a lease away is named in its thread, and not called into it."""

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.slack.views.render import render
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause
from daypass.domain.notification import Topic
from daypass.usecases.shared.identify import identify
from tests.builders import NOON, a_world
from tests.unit.adapters.slack.examples import a_scene, read
from tests.unit.usecases.notifications.telling import CHANNEL, Desk
from tests.unit.usecases.notifications.test_notify import approved, granted


def test_thread_names_who_revoked_by_email_and_the_card_mentions_them() -> None:
    """Fifty mentions in fifty threads would notify fifty times; an edited card notifies nobody."""
    desk = Desk(world=a_world(), chat=MemoryChat())
    identify(PersonId("U0DAN"), desk.world.ask)
    over = granted().ending(EndCause.REVOKED, by="U0DAN", why="INC-42").ended(NOON, "")
    desk.put(approved(), over)
    assert desk.tell() is None
    posted = [one.notification for one in desk.chat.messages[CHANNEL]]
    (news,) = (one for one in posted if one.topic is Topic.ENDED)
    said = read(render(news, a_scene()))
    assert "revoked by dan@example.com: INC-42" in said
    assert "<@U0DAN>" not in said
    (card,) = (one for one in posted if one.topic is Topic.CARD)
    assert "revoked by <@U0DAN>: INC-42" in read(render(card, a_scene()))
