"""Direct messages and thread posts: true, complete, with the line to run."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.grammar.line import Line
from bot.grammar.parse import parse
from daypass.adapters.slack.views.render import render
from daypass.domain.ids import PersonId
from daypass.domain.lease import Cut, EndCause, Lease
from daypass.domain.notification import Topic, notifications
from daypass.domain.request import Approval, Item, Request, RequestState
from daypass.domain.scope import within
from tests.builders import (
    NOON,
    a_lease,
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
    action_ids,
    an_approved,
    an_ended,
    read,
    two_levels,
)

LATE = NOON + timedelta(minutes=50)


def told(request: Request, *leases: Lease, key: str, context: str = "{local}@prod") -> str:
    """Return what the notification with that key says, shortly before the end."""
    by_key = {one.key: one for one in notifications(request, leases, LATE)}
    return read(render(by_key[key], a_scene(context)))


def test_direct_message_gives_kubectl_line_when_granted() -> None:
    """The requester gets the exact line, the end, and the way to release."""
    said = told(an_approved(), a_granted(), key="direct:granted:k7q2m9x4t1bd-1")
    assert "kubectl --context alice@prod -n payments get pods\n" in said
    assert "until <!date^" in said
    assert "`/access release k7q2m9x4t1bd-1`" in said
    assert "does not cut exec" in said


def test_direct_message_names_cluster_when_no_context_is_configured() -> None:
    """Without a context's name the line says for which cluster it is."""
    key = "direct:granted:k7q2m9x4t1bd-1"
    said = told(an_approved(), a_granted(), key=key, context="")
    assert "# with your context of cluster prod\nkubectl -n payments get pods\n" in said


def test_direct_message_impersonates_when_level_is_a_group() -> None:
    """A group level is used by impersonation, and the line says as whom."""
    lease = a_granted(a_sudo_lease())
    said = told(two_levels(), a_granted(), lease, key="direct:granted:k7q2m9x4t1bd-2")
    assert "--as=daypass:platform-admins --as-group=platform-admins auth can-i --list" in said


def test_direct_message_lists_further_namespaces() -> None:
    """A lease in several namespaces says where else the line works."""
    lease = a_granted(a_lease(scope=within("a", "b", "c")))
    said = told(an_approved(), lease, key="direct:granted:k7q2m9x4t1bd-1")
    assert "# likewise in b, c\n" in said


def test_direct_message_says_so_when_it_was_allowed_already() -> None:
    """What somebody had before is not sold as granted."""
    lease = a_granted(already='RoleBinding "old/payments"')
    said = told(an_approved(), lease, key="direct:granted:k7q2m9x4t1bd-1")
    assert (
        'allowed already, by RoleBinding "old/payments". The end of this takes none of that away.'
        in said
    )


def test_direct_message_loses_its_button_when_lease_is_over() -> None:
    """The message about the grant stops offering what is over."""
    by_key = {
        one.key: one for one in notifications(an_approved(), (an_ended(EndCause.EXPIRED),), LATE)
    }
    granted = render(by_key["direct:granted:k7q2m9x4t1bd-1"], a_scene())
    assert action_ids(granted) == []
    assert "You had `debug`" in read(granted)


def test_direct_message_says_why_when_lease_ended() -> None:
    """Each cause of an end has its words, and the line that asks again."""
    says = {
        EndCause.EXPIRED: "its time is up",
        EndCause.RELEASED: "released by its holder",
        EndCause.REVOKED: "revoked by <@U0BOB>: INC-42 is over",
        EndCause.DRIFTED: "it was removed or changed on the cluster",
    }
    for cause, words in says.items():
        lease = an_ended(cause, by="U0BOB", why="INC-42 is over")
        said = told(an_approved(), lease, key="direct:ended:k7q2m9x4t1bd-1")
        assert words in said
        assert '/access to prod --k8sGroup=debug --duration 1h --reason "INC-42"' in said


def test_direct_message_says_so_when_something_else_still_allows_it() -> None:
    """“Gone” is not said of what is not gone."""
    lease = an_ended(EndCause.EXPIRED, still='RoleBinding "old/payments"')
    said = told(an_approved(), lease, key="direct:ended:k7q2m9x4t1bd-1")
    assert 'still allowed, by RoleBinding "old/payments"' in said
    assert "Nothing of it is left" not in said


def test_direct_message_says_failed_first_and_undone_after() -> None:
    """A failure is told at once, its undoing when it is proven (law 4)."""
    failed = a_lease().ending(EndCause.FAILED, why="no such role")
    said = told(an_approved(), failed, key="direct:ended:k7q2m9x4t1bd-1")
    assert "was not granted: no such role" in said
    assert "is being removed" in said
    undone = told(an_approved(), failed.ended(NOON, ""), key="direct:ended:k7q2m9x4t1bd-1")
    assert "Nothing of it is left on prod" in undone


def test_thread_post_of_a_failure_says_what_may_be_there_yet() -> None:
    """The answer to a create may be lost, and a cluster be away: then it works all the same."""
    failed = a_lease().ending(EndCause.FAILED, why="prod did not answer")
    said = told(an_approved(), failed, key="thread:ended:k7q2m9x4t1bd-1")
    assert "was not granted: prod did not answer. What was made for it on the cluster is" in said


def test_direct_message_carries_reason_when_denied() -> None:
    """A no reaches the requester with its reason and its author."""
    said = told(a_denied("use <!here> the dashboard"), key="direct:decided")
    assert "by <@U0BOB>: use &lt;!here&gt; the dashboard" in said


def test_direct_message_says_so_when_nobody_answered() -> None:
    """A request that timed out says how long it waited and for whom."""
    lapsed = a_request().moved_to(RequestState.LAPSED, NOON)
    said = told(lapsed, key="direct:decided")
    assert "Nobody answered in 1h" in said
    assert "<!subteam^S0SRE>" in said


def test_direct_message_warns_with_the_lines_to_extend_and_to_release() -> None:
    """The warning names the end and what to type."""
    (key,) = [one.key for one in notifications(an_approved(), (a_granted(),), LATE)
              if one.topic is Topic.WARNED]  # fmt: skip
    said = told(an_approved(), a_granted(), key=key)
    assert "*Ends soon*, <!date^" in said
    assert "/access extend k7q2m9x4t1bd-1 30m" in said
    assert "`/access release k7q2m9x4t1bd-1`" in said


def test_thread_reminds_who_could_say_yes() -> None:
    """A reminder says since when it waits, for whom, and until when."""
    said = told(a_request(), key="thread:reminded:2:C0APPROVE")
    assert "*Still waiting* since <!date^" in said
    assert (
        "debug in payments on prod for alice. 0 of 1 approvals, still needed: <!subteam^S0SRE>."
        in said
    )
    assert "It times out <!date^" in said


def test_thread_tells_every_decision() -> None:
    """The thread is the log: who approved, denied, withdrew, or that nobody answered."""
    lapsed = a_request().moved_to(RequestState.LAPSED, NOON)
    cancelled = a_request().moved_to(RequestState.CANCELLED, NOON)
    automatic = a_request(plan=a_plan(steps=())).moved_to(RequestState.APPROVED, NOON)
    assert "Approved by <@U0BOB> for 1h." in told(an_approved(), key="thread:decided")
    assert "Approved automatically." in told(automatic, key="thread:decided")
    assert "*Denied* by <@U0BOB>: no need" in told(a_denied(), key="thread:decided")
    assert "nobody answered in 1h" in told(lapsed, key="thread:decided")
    assert "*Cancelled* by <@U0ALICE>" in told(cancelled, key="thread:decided")


def test_thread_post_is_the_same_when_lease_went_on() -> None:
    """Thread posts are never edited, so they must not depend on what came later."""
    key = "thread:granted:k7q2m9x4t1bd-1"
    later = told(an_approved(), an_ended(EndCause.EXPIRED), key=key)
    assert told(an_approved(), a_granted(), key=key) == later


def test_what_is_told_late_is_not_the_last_word_on_what_is_being_taken_away() -> None:
    """A cluster that is away keeps it from being over, and so its end from being told."""
    cut = Cut(to=NOON, at=NOON, by=PersonId("U0BOB"))
    lease = replace(a_granted(), cuts=(cut,)).ending(EndCause.REVOKED, "U0BOB", "INC-42")
    for news in ("granted:k7q2m9x4t1bd-1", "shortened:k7q2m9x4t1bd-1:1"):
        said = told(an_approved(), lease, key=f"thread:{news}")
        assert "By now: ⌛ *Ending* · revoked by <@U0BOB>: INC-42" in said


def test_who_denied_is_named_by_account_where_it_is_heard_too() -> None:
    """A name is what its owner calls themselves."""
    assert "by <@U0BOB>" in told(a_denied(), key="direct:decided")
    assert "by bob" not in told(a_denied(), key="direct:decided")


@pytest.mark.parametrize("count", [2, 70])
@pytest.mark.parametrize("ended", [False, True])
def test_line_to_ask_again_is_whole_or_not_there(count: int, *, ended: bool) -> None:
    """Cut, it would ask for less places, for longer and without the reason."""
    places = tuple(f"team-{n:03}-{'x' * 20}" for n in range(count))
    item = Item(level="open", scope=within(*places), workflow="production")
    ask = an_ask(levels=("open",), namespaces=places, duration=timedelta(minutes=5))
    request = a_request(ask=ask, plan=a_plan(items=(item,), duration=timedelta(minutes=5)))
    if ended:
        lease = replace(an_ended(EndCause.EXPIRED), level="open", scope=item.scope)
        approved = an_approved(ask=ask, plan=request.plan)
        said = told(approved, lease, key="direct:ended:k7q2m9x4t1bd-1")
    else:
        no = Approval(by=a_person("bob", "sre"), at=NOON, yes=False, reason="not now")
        denied = request.with_approval(no).moved_to(RequestState.DENIED, NOON)
        said = told(denied, key="direct:decided")
    found = re.search(r"```\n/access (.*?)\n```", said, re.DOTALL)
    if count == 2:
        line = parse(found[1] if found else "")
        assert isinstance(line, Line)
        assert line.namespaces == places
    else:
        assert found is None
        assert "`/access status k7q2m9x4t1bd` names what was asked for" in said
