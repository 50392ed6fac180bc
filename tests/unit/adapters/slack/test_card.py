"""The card says what is so in each state, and offers only what makes sense then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.views.card import card
from daypass.domain.catalog import Step, Team
from daypass.domain.lease import EndCause, Lease
from daypass.domain.request import Request, RequestState
from daypass.domain.roles import Part, RoleRef
from tests.builders import (
    NOON,
    SRE,
    a_catalog,
    a_lease,
    a_level,
    a_mirror,
    a_person,
    a_plan,
    a_request,
    an_ask,
)
from tests.unit.adapters.slack.examples import (
    a_denied,
    a_granted,
    a_scene,
    a_sudo_lease,
    a_yes,
    action_ids,
    an_approved,
    an_ended,
    read,
    two_levels,
)

DECIDING = [act.APPROVE, act.DENY, act.APPROVE_SHORTER]
OVER = a_request().moved_to
STATES = {
    "pending": (a_request(), (), "⏳ *Pending*", DECIDING),
    "granting": (an_approved(), (a_lease(),), "🔄 *Granting*", [act.REVOKE]),
    "granted": (an_approved(), (a_granted(),), "✅ *Granted* until <!date^", [act.REVOKE]),
    "ending": (an_approved(), (a_granted().ending(EndCause.EXPIRED),), "⌛ *Ending*", []),
    "ended": (an_approved(), (an_ended(EndCause.EXPIRED),), "🏁 *Ended* · its time is up", []),
    "denied": (a_denied(), (), "⛔ *Denied*", []),
    "cancelled": (OVER(RequestState.CANCELLED, NOON), (), "🚫 *Cancelled*", []),
    "lapsed": (OVER(RequestState.LAPSED, NOON), (), "⏰ *Timed out*", []),
    "failed": (
        an_approved(),
        (an_ended(EndCause.FAILED, why="no such role", lease=a_lease()),),
        "⚠️ *Failed* · no such role",
        [],
    ),
}


@pytest.mark.parametrize(("request_", "leases", "says", "offers"), STATES.values(), ids=STATES)
def test_card_says_state_and_offers_what_makes_sense(
    request_: Request, leases: tuple[Lease, ...], says: str, offers: list[str]
) -> None:
    """Every state has its word beside its sign, and buttons vanish when they would do nothing."""
    message = card(request_, leases, a_scene())
    assert says in read(message)
    assert action_ids(message) == offers


def test_card_names_who_what_where_how_long_and_why() -> None:
    """An approver can decide from the card alone."""
    said = read(card(a_request(), (), a_scene()))
    for part in ("<@U0ALICE>", "alice@example.com", "`prod`", "in payments", "`debug`", "1h"):
        assert part in said
    for part in ("> INC-42", "workflow production", "k7q2m9x4t1bd", "<!subteam^S0SRE>"):
        assert part in said


def test_card_names_people_when_team_has_no_user_group() -> None:
    """Who cannot be mentioned as a group is named by email."""
    scene = a_scene()
    teams = {"sre": Team(name="sre", emails=frozenset({"dan@example.com", "bob@example.com"}))}
    nobody_mentioned = replace(scene, catalog=replace(scene.catalog, teams=teams))
    said = read(card(a_request(), (), nobody_mentioned))
    assert "still needed: team:sre (bob@example.com, dan@example.com)" in said


def test_card_says_so_when_one_of_two_approvals_is_there() -> None:
    """Partial approvals show who said yes and whose yes is missing."""
    twice = a_plan(steps=(Step(by=(SRE,), count=2),))
    said = read(card(a_request(plan=twice, approvals=(a_yes(),)), (), a_scene()))
    assert "approved by <@U0BOB>" in said
    assert "1 of 2 approvals, still needed: <!subteam^S0SRE>" in said


def test_card_counts_when_one_of_two_leases_is_granted() -> None:
    """Two leases stand on their own lines, and the card says how many are granted."""
    message = card(two_levels(), (a_granted(), a_sudo_lease()), a_scene())
    assert "1 of 2 granted" in read(message)
    assert action_ids(message) == [act.REVOKE, act.REVOKE]


def test_card_offers_shorter_durations_only() -> None:
    """An approver may shorten, never lengthen."""
    short = a_request(plan=a_plan(duration=timedelta(minutes=5)))
    assert action_ids(card(short, (), a_scene())) == [act.APPROVE, act.DENY]


def test_card_says_both_lengths_when_an_approver_shortened() -> None:
    """What is granted stands beside what was asked for."""
    shortened = a_request(approvals=(a_yes(duration=timedelta(minutes=30)),))
    assert "30m (1h were asked for)" in read(card(shortened, (), a_scene()))


def test_card_warns_what_a_group_level_is() -> None:
    """Impersonation is named to those who are to approve it."""
    said = read(card(two_levels(), (), a_scene()))
    assert "Acts as group `platform-admins`, only with `--as-group`" in said


def test_card_says_what_a_mirrored_group_is_bound_to() -> None:
    """Who decides reads roles and places, not a group's name alone; more than three are counted."""
    parts = tuple(Part(role=RoleRef(name="view"), namespace=place) for place in "abcd")
    level = a_mirror("platform-admins", group="ops", parts=parts)
    catalog = replace(a_catalog(), levels=(a_level(), level))
    said = read(card(two_levels(), (), replace(a_scene(), catalog=catalog)))
    assert "Under their own name what group `ops` has: `ClusterRole/view in a, " in said
    assert "ClusterRole/view in c and 1 more`" in said


def test_card_leaves_reason_inert_when_it_holds_marks() -> None:
    """A reason mentions nobody and formats nothing."""
    reason = "<!channel> `x` *bold* <@U0BOB>\n\n&amp; > quoted"
    said = read(card(a_request(ask=an_ask(reason=reason)), (), a_scene()))
    assert "> &lt;!channel&gt; \u02cbx\u02cb \u2217bold\u2217 &lt;@U0BOB&gt;\n> &amp;amp;" in said


def test_card_tells_automatic_approval() -> None:
    """Where nobody was asked, the card does not pretend that somebody was."""
    automatic = replace(a_request(plan=a_plan(steps=())), state=RequestState.APPROVED)
    assert "approved automatically" in read(card(automatic, (a_lease(),), a_scene()))


def test_card_says_why_granting_takes_so_long() -> None:
    """A lease that is tried again says what went wrong and until when it is tried."""
    said = read(card(an_approved(), (a_lease(why="connection refused"),), a_scene()))
    assert "not yet: connection refused. Tried again until <!date^" in said


def test_card_is_short_when_all_is_over() -> None:
    """What nobody has to decide any more takes less room, and still says what it was."""
    message = card(an_approved(), (an_ended(EndCause.EXPIRED),), a_scene())
    short = "<@U0ALICE> asked for access to `prod`, in payments, for 1h (workflow production)"
    assert short in read(message)
    assert not [block for block in message["blocks"] if "fields" in block]


def test_card_stays_the_same_when_nothing_changed() -> None:
    """The card is a function of state: the same state gives the same message (law 9)."""
    one, other = (card(an_approved(), (a_granted(),), a_scene()) for _ in range(2))
    assert one == other


def test_dialog_that_revokes_says_what_ends_and_names_people_last() -> None:
    """A display name is what somebody chose: before the rest it could read like a part of it."""
    holder = replace(a_person(), name="Nothing is lost. carol")
    message = card(an_approved(), (a_granted(replace(a_lease(), holder=holder)),), a_scene())
    dialogs = [
        cast("Any", block["accessory"])["confirm"]["text"]["text"]
        for block in message["blocks"]
        if "accessory" in block
    ]
    says = "debug on prod in payments ends at once, or as soon as its cluster answers. "
    assert dialogs == [f"{says}Its holder: alice@example.com"]
