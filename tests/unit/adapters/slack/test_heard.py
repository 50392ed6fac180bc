"""What is heard of a message names the place: of two leases of a level the place tells which."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from daypass.adapters.slack.views.extension import extending
from daypass.adapters.slack.views.render import render
from daypass.domain.lease import EndCause, Lease
from daypass.domain.notification import Topic, notifications
from daypass.domain.scope import within
from daypass.usecases.requests.extend import Extended
from tests.builders import NOON, a_request
from tests.unit.adapters.slack.examples import a_granted, a_scene, an_approved, an_ended

SOON = NOON + timedelta(minutes=50)


def _heard(lease: Lease) -> Mapping[Topic, str]:
    """Return the text beside the blocks of each direct message about a lease."""
    news = notifications(an_approved(), (lease,), SOON)
    return {
        one.topic: render(one, a_scene())["text"] for one in news if one.key.startswith("direct:")
    }


def test_direct_messages_are_heard_with_their_place() -> None:
    """“Granted: debug on prod” was heard of payments and of team-a alike."""
    granted = _heard(a_granted())
    assert "Granted: debug on prod in payments until" in granted[Topic.GRANTED]
    assert "Ends soon: debug on prod in payments, " in granted[Topic.WARNED]
    ended = _heard(an_ended(EndCause.EXPIRED))
    assert ended[Topic.GRANTED] == "You had debug on prod in payments."
    assert "Ended: debug on prod in payments: its time is up" in ended[Topic.ENDED]


def test_many_places_are_counted_in_what_is_heard() -> None:
    """Nobody listens to a hundred names."""
    lease = replace(a_granted(), scope=within(*(f"team-{n:03}" for n in range(100))))
    assert "debug on prod in 100 namespaces (" in _heard(lease)[Topic.GRANTED]


def test_a_question_for_more_time_is_heard_with_its_place() -> None:
    """It is asked of one lease."""
    asked = Extended(lease=a_granted(), request=a_request(), asked=("team:sre",))
    assert "more of debug on prod in payments." in extending(asked, a_scene())["text"]
