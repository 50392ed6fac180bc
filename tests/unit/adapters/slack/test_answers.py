"""Answers to commands and clicks: what was understood, what happens next, what to type."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.limits import check_view
from daypass.adapters.slack.views import about, catalog, extension, lists, receipt, refusal
from daypass.adapters.slack.views.deny import deny_view, deny_view_of
from daypass.adapters.slack.views.lines import ask_line
from daypass.domain.catalog import Cluster
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import EndCause
from daypass.domain.reasons import Frozen, UnknownLevel
from daypass.usecases.requests import browse
from daypass.usecases.requests.extend import Extended
from daypass.usecases.requests.submit import Submit, Submitted, submit
from tests.builders import (
    World,
    a_catalog,
    a_plan,
    a_profile,
    a_request,
    a_world,
    an_ask,
)
from tests.unit.adapters.slack.examples import (
    a_denied,
    a_granted,
    a_scene,
    a_sudo_lease,
    action_ids,
    an_approved,
    read,
)

ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")


def test_deny_view_asks_for_a_reason() -> None:
    """The modal fits Slack's limits and carries the request's id only."""
    for view in (deny_view(a_request(), a_scene()), deny_view_of(RequestId("k7q2m9x4t1bd"))):
        assert check_view(view) == ()
        assert view["private_metadata"] == "k7q2m9x4t1bd"
        assert action_ids(view) == [act.DENY_REASON]


def test_decide_block_names_its_request() -> None:
    """The menu's row carries the request, as its options carry durations."""
    request = RequestId("k7q2m9x4t1bd")
    for edition in ("", "1.500000"):
        row = act.decide_block(request, edition)
        assert (act.decided_request(row), act.decided_edition(row)) == (request, edition)
    assert not act.decided_request("something else")


def submitted(world: World, cluster: str = "prod", **fields: object) -> Submitted:
    """Let alice ask for debug."""
    asked = Submit(actor=ALICE, cluster=cluster, levels=("debug",), reason="INC-42")
    return submit(replace(asked, **fields), world.ask)  # type: ignore[arg-type]


def test_receipt_says_who_is_asked() -> None:
    """The answer names id, workflow, the people asked, the default that applied, the way back."""
    message = receipt.receipt(submitted(a_world()), a_scene())
    said = read(message)
    for part in ("team:sre (bob, dan)", "workflow production", "the default, as you", "cancel 0"):
        assert part in said
    assert action_ids(message) == [act.CANCEL]


@pytest.mark.parametrize(
    ("channels", "places"),
    [
        ((("C0A",),), "<#C0A>"),
        ((("C0A", "C0B"),), "<#C0A> and <#C0B>"),
        ((("C0A",), ("C0B",)), "<#C0A>, then to <#C0B>"),
        ((("C0A",), ("C0A",), ("C0A", "C0B", "C0C")), "<#C0A>, then to <#C0B> and <#C0C>"),
        ((), "no channel"),
    ],
)
def test_answers_name_every_channel_in_its_turn(
    channels: tuple[tuple[str, ...], ...], places: str
) -> None:
    """Whoever waits knows whom to nudge where, for a first request as for more time."""
    request = a_request(plan=a_plan(channels=channels))
    asked = Submitted(request=request, leases=(), asked=("team:sre",), defaulted=False)
    assert f"The card goes to {places}; if Slack" in read(receipt.receipt(asked, a_scene()))
    more = Extended(lease=a_granted(), request=request, asked=("team:sre",))
    assert f"The question goes to {places}; if Slack" in read(extension.extending(more, a_scene()))


def test_receipt_promises_nothing_when_granted_automatically() -> None:
    """Granted is not said before the cluster said yes (law 4)."""
    hour = timedelta(hours=1)
    said = read(receipt.receipt(submitted(a_world(), "dev", duration=hour), a_scene()))
    assert "*Granting*" in said
    assert "Nobody has to approve this" in said
    assert "Granted" not in said
    assert "default" not in said


def test_answers_say_what_a_click_did() -> None:
    """Approve, deny, cancel, release and revoke are answered with what happens now."""
    scene = a_scene()
    assert "Your yes counts" in read(receipt.decided(a_request(), scene))
    assert "Approved: debug in payments on prod for <@U0ALICE>" in read(
        receipt.decided(an_approved(), scene)
    )
    assert "*Denied*: debug in payments on prod" in read(receipt.decided(a_denied(), scene))
    assert "*Cancelled*: debug in payments on prod" in read(receipt.cancelled(a_request(), scene))
    assert "*Ending*: `debug` on prod" in read(receipt.ending([a_granted()], scene))


def test_catalog_gives_the_line_that_asks() -> None:
    """Each level says its state, duration, approvers, and what to type next."""
    world = a_world()
    pending = submitted(world).request
    offers = browse.catalog(browse.Browse(actor=ALICE), world.ask)
    said = read(catalog.catalog(offers, a_scene()))
    assert "*Pending* · `debug` in payments: What debug is for\n1h, at most 4h" in said
    assert f"`/access status {pending.id}`" in said
    assert "--k8sGroup=open --namespace NAMESPACE --duration 1h --reason" in said
    assert "granted at once" in said


def test_catalog_says_why_when_level_is_unavailable() -> None:
    """A level that cannot be had now is shown with the reason."""
    rules = a_catalog()
    clusters = {**rules.clusters, "prod": Cluster(name="prod", labels={"env": "prod"})}
    world = a_world(replace(rules, clusters=clusters))
    world.clock.advance(timedelta(minutes=10))
    offers = browse.catalog(browse.Browse(actor=ALICE), world.ask)
    said = read(catalog.catalog(offers, a_scene()))
    assert "*Unavailable*" in said
    assert "was not checked successfully of late" in said


def test_catalog_shows_the_way_when_nothing_fits() -> None:
    """An empty answer names the command that shows all."""
    assert "`/access catalog`" in read(catalog.catalog((), a_scene()))


def test_requests_list_both_sides() -> None:
    """One's own requests and those that wait for one's answer are apart."""
    world = a_world()
    pending = submitted(world).request
    mine = lists.requests(browse.requests(browse.Browse(actor=ALICE), world.ask), a_scene())
    theirs = lists.requests(browse.requests(browse.Browse(actor=BOB), world.ask), a_scene())
    assert action_ids(mine) == [act.CANCEL]
    assert f"`/access approve {pending.id}`" in read(theirs)
    assert "None yet." in read(theirs)


def test_status_acts_on_nothing() -> None:
    """The status shows the card without its buttons, and how to use what is granted."""
    found = browse.Standing(request=an_approved(), leases=(a_granted(),))
    message = lists.status(found, a_scene())
    assert action_ids(message) == []
    assert "kubectl --context alice@prod" in read(message)


def test_status_offers_an_approver_no_lines_of_the_holder() -> None:
    """They name the holder's own access."""
    found = browse.Standing(request=an_approved(), leases=(a_granted(),), own=False)
    assert "kubectl" not in read(lists.status(found, a_scene()))


def test_leases_offer_release() -> None:
    """What one holds is listed with its lines and its button; nothing is said plainly."""
    message = lists.leases([a_granted(), a_sudo_lease()], a_scene())
    assert action_ids(message) == [act.RELEASE, act.RELEASE]
    assert "You hold nothing." in read(lists.leases([], a_scene()))
    for found in ([], [a_granted()]):
        said = read(lists.leases(found, a_scene(), ["prod"]))
        assert "You hold nothing." not in said
        assert "`prod`: Daypass lost its memory and has not looked there since" in said
    assert "/access release" in read(message)
    ending = a_granted().ending(EndCause.RELEASED)
    assert "/access release" not in read(lists.leases([ending], a_scene()))


def test_whoami_names_usernames() -> None:
    """A person sees as whom each cluster knows them, and with what to compare it."""
    world = a_world()
    world.people.put(a_profile("alice", email="Alice@Example.COM"))
    said = read(about.whoami(browse.whoami(browse.Browse(actor=ALICE), world.ask), a_scene()))
    assert "prod: `Alice@Example.COM`" in said
    assert "`kubectl auth whoami` has to say the same, letter by letter" in said


def test_usage_names_the_configured_command() -> None:
    """The command's name is a setting everywhere."""
    scene = replace(a_scene(), command="/k8s")
    said = read(about.usage(scene))
    assert "/k8s to CLUSTER" in said
    assert "/access" not in said


def test_refusal_lists_reasons_and_the_corrected_line() -> None:
    """A no says everything that is wrong, and the line as it would be right."""
    reasons = [UnknownLevel(name="<!here>", nearest=("debug",))] * 2
    said = read(refusal.refusal(reasons, ask_line(an_ask(), a_scene())))
    assert "• There is no level “&lt;!here&gt;”. Did you mean debug?" in said
    assert "/access to prod --k8sGroup=debug" in said


def test_refusal_counts_what_it_leaves_out() -> None:
    """A hundred faults do not break a message."""
    assert "… and 92 more" in read(refusal.refusal_of([f"fault {n}" for n in range(100)]))


def test_ask_line_is_complete_when_words_are_missing() -> None:
    """Placeholders stand for what was not said; quotes in a reason do not end it."""
    bare = an_ask(cluster="", levels=(), duration=None, reason="")
    line = '/access to CLUSTER --k8sGroup=LEVEL --reason "why you need it"'
    assert ask_line(bare, a_scene()) == line
    odd = an_ask(namespaces=("team-a",), reason='say "hi"\nnow')
    assert ask_line(odd, a_scene()).endswith("--reason \"say 'hi' now\"")


def test_refusal_names_accounts_and_not_what_they_call_themselves() -> None:
    """Whoever stopped it is mentioned; a login, and what somebody writes, stay text."""
    by = (("U0DAN", "<@U0DAN> stopped it: ask &lt;@U0BOB&gt;"), ("dan", "dan stopped it: ask"))
    for name, said in by:
        reasons = (Frozen(by=name, why="ask <@U0BOB>", where=""),)
        assert said in refusal.refusal(reasons)["text"]
    assert "<@" not in refusal.refusal_of(["No “U0DAN”"])["text"]
