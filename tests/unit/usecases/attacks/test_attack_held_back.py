"""Somebody with the bot's rights marks a message as being posted: it is posted all the same."""

from daypass.adapters.redis import keys
from daypass.ports import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ask


def test_a_card_that_somebody_says_to_be_posting_for_ever_is_posted() -> None:
    """By the bot or notifications (SET daypass:idem:*): else nobody is asked, nor told of it."""
    scene = Scene(granted=False)
    request = ask(scene.world).request
    card = "card:C0APPROVE"
    scene.client.set(keys.idem(f"tell:{request.id}:{card}"), "x")
    for claim in scene.world.agenda.claim(NOTIFICATIONS, 50):
        notify(claim, scene.world.notify())
    assert card in scene.world.store.receipts(request.id)
