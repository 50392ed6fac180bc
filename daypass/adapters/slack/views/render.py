"""From a notification to the message that tells it."""

from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.card import card
from daypass.adapters.slack.views.direct import direct_message
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.shifted import shifted
from daypass.adapters.slack.views.thread import thread_post
from daypass.domain.notification import Notification, Topic


def render(told: Notification, scene: Scene) -> Message:
    """Return what Slack is to show for a notification."""
    if told.topic is Topic.CARD:
        return card(told.request, told.leases, scene, shifts=told.shifts, gained=told.gained)
    if told.topic is Topic.SHIFTED:
        return shifted(told)
    return thread_post(told, scene) if told.threaded else direct_message(told, scene)
