"""What people read when the end of a lease moves, or is asked to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daypass.adapters.slack.views import extension, lists, receipt
from daypass.adapters.slack.views.card import card
from daypass.adapters.slack.views.render import render
from daypass.adapters.slack.views.words import headline
from daypass.domain.catalog import Step
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.ids import LeaseId, PersonId, RequestId
from daypass.domain.lease import Cut, EndCause, Extension, Lease
from daypass.domain.notification import notifications
from daypass.domain.request import Request, RequestState
from daypass.usecases.requests.browse import Standing
from daypass.usecases.requests.extend import Extended
from tests.builders import NOON, SRE, a_plan, a_request
from tests.unit.adapters.slack.examples import (
    END,
    a_granted,
    a_scene,
    a_yes,
    action_ids,
    an_approved,
    read,
)

MORE = RequestId("m3q2m9x4t1bd")
ONE = LeaseId("k7q2m9x4t1bd-1")
HALF = timedelta(minutes=30)


def an_extension(**fields: Any) -> Extension:
    """Return half an hour more, that is so on the cluster."""
    default = Extension(length=HALF, until=END + HALF, asked_at=NOON, done_at=NOON)
    return replace(default, **fields)


def a_lease_with(*extensions: Extension, **fields: Any) -> Lease:
    """Return alice's lease with these extensions."""
    return replace(a_granted(), extensions=extensions, **fields)


def a_wish(**fields: Any) -> Request:
    """Return alice's request for half an hour more."""
    default = a_request(id=MORE, extends=ONE, plan=a_plan(duration=HALF))
    return replace(default, **fields)


def an_approved_wish() -> Request:
    """Return it after bob's yes."""
    return a_wish().with_approval(a_yes()).moved_to(RequestState.APPROVED, NOON)


def told(request: Request, lease: Lease, key: str) -> str:
    """Return what the notification with that key says."""
    by_key = {one.key: one for one in notifications(request, (lease,), NOON)}
    return read(render(by_key[key], a_scene()))


@pytest.mark.parametrize("where", ["thread", "direct"])
def test_extension_is_told_with_its_end_and_that_nothing_breaks(where: str) -> None:
    """Both say how much, until when, and that no reconnect is needed."""
    said = told(an_approved(), a_lease_with(an_extension()), f"{where}:extended:{ONE}:1")
    assert "*Extended* until <!date^" in said
    assert "30m more, within the rules. No reconnect is needed" in said


def test_approved_extension_is_not_said_to_be_free() -> None:
    """Who reads the thread sees whose yes it was just above."""
    lease = a_lease_with(an_extension(request=MORE))
    said = told(an_approved(), lease, f"thread:extended:{ONE}:1")
    assert "30m more. No reconnect" in said


def test_refused_extension_is_told_with_its_reason_and_the_line_to_try_again() -> None:
    """The lease keeps its end; what can be done is said as a line."""
    lease = a_lease_with(an_extension(done_at=None, refused="prod: refused"))
    said = told(an_approved(), lease, f"direct:extended:{ONE}:1")
    assert "*Not extended*" in said
    assert "keeps the end that it has: prod: refused." in said
    assert f"/access extend {ONE} 30m" in said
    over = lease.ending(EndCause.EXPIRED)
    assert "To try again" not in told(an_approved(), over, f"direct:extended:{ONE}:1")


@pytest.mark.parametrize(("why", "end"), [("too long", ": too long"), ("", ".")])
def test_cut_is_told_with_who_made_it(why: str, end: str) -> None:
    """The holder reads who took time off, and why if it was said."""
    cut = Cut(to=END - HALF, at=NOON, by=PersonId("U0BOB"), why=why)
    said = told(an_approved(), a_lease_with(cuts=(cut,)), f"direct:shortened:{ONE}:1")
    assert f"by <@U0BOB>{end}" in said


def test_card_of_a_request_for_more_time_says_which_end_becomes_which() -> None:
    """Whoever decides sees how much more, and until when it then lasts."""
    shown = card(a_wish(), (a_granted(),), a_scene())
    said = read(shown)
    assert "asks for more time on `prod`" in said
    assert "30m more, until <!date^" in said
    assert "instead of <!date^" in said
    assert "more time with debug in payments on prod, 30m, for alice" in shown["text"]
    assert action_ids(shown["blocks"]) == ["approve", "deny", "approve_shorter"]
    assert "30m more on prod: debug" in said


def test_dialogs_of_a_request_for_more_time_say_that_it_is_more() -> None:
    """What is chosen from the menu comes on top of what is held."""
    shown = read(card(a_wish(), (a_granted(),), a_scene()))
    assert "30m more on prod: debug in payments. For alice@example.com." in shown
    assert (
        "More time on prod: debug in payments, as much more as you chose. For alice@example.com."
        in shown
    )
    assert "for the time that you chose" not in shown


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOON, "hat it asked more time for has ended"),
        (a_wish().lapses_at, "obody answered in 1h"),
    ],
)
def test_more_time_that_nobody_gave_says_whether_its_lease_had_ended(
    at: datetime, said: str
) -> None:
    """Card and thread say what is so: that there was nothing to answer any more, or no answer."""
    lapsed = a_wish().moved_to(RequestState.LAPSED, at)
    shown = card(lapsed, (a_granted(),), a_scene())
    assert said in read(shown)
    assert action_ids(shown["blocks"]) == []
    assert said in told(lapsed, a_granted(), "thread:decided")


def test_card_of_a_decided_one_is_short_and_acts_on_nothing() -> None:
    """What came of it stands in the first word; the lease itself has its own card."""
    shown = card(an_approved_wish(), (a_lease_with(an_extension(request=MORE)),), a_scene())
    assert "asked for 30m more on `prod`" in read(shown)
    assert action_ids(shown["blocks"]) == []


@pytest.mark.parametrize(
    ("lease", "word"),
    [
        (a_lease_with(an_extension(request=MORE)), "➕ *Extended*"),
        (a_lease_with(an_extension(request=MORE, done_at=None)), "🔄 *Extending*"),
        (a_lease_with(an_extension(request=MORE, done_at=None, refused="x")), "*Not extended*"),
        (
            a_lease_with(an_extension(request=MORE, done_at=None)).ending(EndCause.EXPIRED),
            "*Not extended*",
        ),
        (a_lease_with(an_extension(request=MORE)).ending(EndCause.EXPIRED), "➕ *Extended*"),
        (a_lease_with(an_extension()), "*Not extended*"),
    ],
)
def test_word_of_an_approved_one_is_what_became_of_it(lease: Lease, word: str) -> None:
    """A yes is not yet more time: the cluster has to have it (law 4)."""
    assert word in headline(an_approved_wish(), (lease,))
    assert "⏳ *Pending*" in headline(a_wish(), (lease,))


def test_thread_tells_answers_about_more_time_from_those_about_the_lease() -> None:
    """Both stand in one thread."""
    said = told(an_approved_wish(), a_granted(), "thread:decided")
    assert said.startswith("More time: Approved by <@U0BOB> for 30m.")
    two = a_wish(approvals=(a_yes(),))
    assert told(two, a_granted(), "thread:answered:1").startswith("More time: Approved by")


def test_denial_of_more_time_comes_with_the_line_that_asks_again() -> None:
    """Not with the one that asks for the access that is still there."""
    denied = (
        a_wish().with_approval(a_yes(yes=False, reason="no")).moved_to(RequestState.DENIED, NOON)
    )
    said = told(denied, a_granted(), "direct:decided")
    assert "Denied: more time with debug in payments on prod" in said
    assert f"/access extend {ONE} 30m" in said


def test_unanswered_wish_offers_no_line_for_what_may_be_over_without_saying_so() -> None:
    """It waits no longer than its lease lasts: by then the line to ask again may be refused."""
    lapsed = a_wish().moved_to(RequestState.LAPSED, END)
    (key,) = [one.key for one in notifications(lapsed, (), END) if "direct" in one.key]
    said = told(lapsed, a_granted(), key)
    assert f"To ask again, if that access still lasts:\n```\n/access extend {ONE} 30m" in said


def test_lease_says_that_it_is_being_extended() -> None:
    """Card and list show the end that there is and the one that is coming."""
    lease = a_lease_with(an_extension(done_at=None))
    assert "; being extended to <!date^" in headline(an_approved(), (lease,))


def test_granted_message_and_list_offer_more_time() -> None:
    """A button, and the line for another length."""
    by_key = {one.key: one for one in notifications(an_approved(), (a_granted(),), NOON)}
    granted = render(by_key[f"direct:granted:{ONE}"], a_scene())
    assert action_ids(granted["blocks"]) == ["extend", "release"]
    assert f"`/access extend {ONE} 30m`" in read(granted)
    assert f"`/access extend {ONE}`" in read(lists.leases((a_granted(),), a_scene()))
    being_extended = a_lease_with(an_extension(done_at=None))
    assert "/access extend" not in read(lists.leases((being_extended,), a_scene())), "refused"


def test_status_of_a_request_for_more_time_shows_how_to_use_the_lease() -> None:
    """Whoever looks at it holds the lease still."""
    shown = lists.status(Standing(request=a_wish(), leases=(a_granted(),)), a_scene())
    assert "kubectl" in read(shown)


def test_answer_to_a_yes_says_that_it_is_being_extended() -> None:
    """Not that it is being granted: it was."""
    assert "*Extending* now" in read(receipt.decided(an_approved_wish(), a_scene()))


@pytest.mark.parametrize(("count", "said"), [(1, "an approval is"), (2, "2 approvals are")])
def test_answer_says_how_many_approvals_more_time_needs(count: int, said: str) -> None:
    """As that to a first request does."""
    wish = a_wish(plan=a_plan(duration=HALF, steps=(Step(by=(SRE,), count=count),)))
    asked = Extended(lease=a_granted(), request=wish, asked=("team:sre",))
    assert f"so {said} needed, from team:sre." in read(extension.extending(asked, a_scene()))


def test_answer_to_nothing_is_a_bug() -> None:
    """An extension is being made or asked for; there is no third."""
    with pytest.raises(BrokenInvariantError):
        extension.extending(Extended(lease=a_granted()), a_scene())


def test_answer_to_a_cut_of_what_has_no_end_is_still_a_sentence() -> None:
    """Nothing breaks for a lease in an odd shape."""
    assert "ends now." in read(extension.shortened(replace(a_granted(), ends_at=None), a_scene()))
