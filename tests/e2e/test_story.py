"""The main job as people see it on the page: asked, approved, used with kubectl, over."""

import pytest
from playwright.sync_api import Locator, expect

from daypass.domain.ids import RequestId
from tests.e2e.conftest import Screen
from tests.talk import APPROVALS
from tests.vanishing import approved_without
from tests.whole import Whole

pytestmark = pytest.mark.real

_PODS = "kubectl --context alice@prod -n payments get pods"


def test_person_asks_and_uses_and_loses_access(screen: Screen, whole: Whole) -> None:
    """Refused before, served during, refused after; everybody reads what is so, without reload."""
    assert "forbidden" in whole.kubectl(_PODS).stderr
    request = _asked(screen)
    card = _approved(screen, whole, request)
    line = _told(screen, request)
    _used(whole, line, request)
    expect(screen.card(request)).to_contain_text("its time is up")
    screen.picture("message-ended", screen.card(request))
    assert "forbidden" in whole.kubectl(line).stderr
    assert not whole.objects()
    screen.act_as("bob")
    screen.open(APPROVALS)
    expect(card).to_contain_text("Ended")
    screen.picture("ended", card)
    card.locator(".replies").click()
    expect(screen.page.locator("#thread")).to_contain_text("Nothing of it is left on prod")
    screen.picture("thread")


def _asked(screen: Screen) -> RequestId:
    """Alice looks at what there is and asks; the receipt says who decides."""
    screen.type("/access catalog")
    expect(screen.private.last).to_contain_text("debug")
    screen.picture("catalog", screen.private.last)
    request = screen.asks('/access to prod --k8sGroup=debug --duration 8s --reason "INC-42"')
    receipt = screen.private.last
    expect(receipt).to_contain_text("workflow production")
    expect(receipt).to_contain_text("team:sre (bob, dan)")
    screen.picture("receipt", receipt)
    return request


def _approved(screen: Screen, whole: Whole, request: RequestId) -> Locator:
    """Bob says yes on the card, which first says Granting, then until when."""
    screen.act_as("bob")
    screen.open(APPROVALS)
    card = screen.card(request)
    expect(card).to_contain_text("Pending")
    screen.picture("pending", card)
    with whole.frozen("grants"):
        card.locator("[data-action-id=approve]").click()
        screen.picture("confirm")
        screen.confirm()
        expect(card).to_contain_text("Granting")
        expect(card.locator("[data-action-id=approve]")).to_have_count(0)
        screen.picture("granting", card)
    expect(card).to_contain_text("Granted until")
    screen.picture("granted", card)
    return card


def _told(screen: Screen, request: RequestId) -> str:
    """Alice's message has the line to run."""
    screen.act_as("alice")
    screen.open("app")
    message = screen.card(request)
    expect(message).to_contain_text("Granted until")
    screen.picture("message-granted", message)
    lines = message.locator("pre").inner_text().splitlines()
    return next(line for line in lines if line.startswith("kubectl"))


def _used(whole: Whole, line: str, request: RequestId) -> None:
    """The line works as it stands, there and nowhere else; the object says whose it is."""
    assert "payments-api-5c9f7" in whole.kubectl(line).stdout
    elsewhere = line.replace("-n payments", "-n checkout")
    assert elsewhere != line
    assert "forbidden" in whole.kubectl(elsewhere).stderr
    said = whole.object_of(request)["metadata"]["annotations"]
    assert said["daypass.dev/requester"] == "alice@example.com"
    assert said["daypass.dev/approvers"] == "bob@example.com"


def test_approver_denies_with_a_reason(screen: Screen) -> None:
    """The form asks for the reason, and the card says it."""
    request = screen.asks('/access to prod --k8sGroup=debug --reason "INC-43"')
    screen.act_as("bob")
    screen.open(APPROVALS)
    card = screen.card(request)
    card.locator("[data-action-id=deny]").click()
    screen.page.fill("dialog [data-action-id=reason]", "Use staging for this")
    screen.picture("deny-form")
    screen.page.click("dialog [data-submit]")
    expect(card).to_contain_text("Denied")
    expect(card).to_contain_text("Use staging for this")
    expect(card.locator("[data-action-id]")).to_have_count(0)
    screen.picture("denied", card)


def test_approver_gives_less(screen: Screen) -> None:
    """A shorter time from the menu is granted at once, and the card says both."""
    request = screen.asks('/access to prod --k8sGroup=debug --duration 30m --reason "INC-44"')
    screen.act_as("bob")
    screen.open(APPROVALS)
    card = screen.card(request)
    card.locator("[data-action-id=approve_shorter]").select_option("5m")
    screen.confirm()
    expect(card).to_contain_text("5m (30m were asked for)")
    expect(card).to_contain_text("Granted until")


def test_requester_withdraws(screen: Screen) -> None:
    """One click in the receipt, and nobody is asked any more."""
    request = screen.asks('/access to prod --k8sGroup=debug --reason "INC-45"')
    screen.private.last.locator("[data-action-id=cancel]").click()
    screen.open(APPROVALS)
    card = screen.card(request)
    expect(card).to_contain_text("Cancelled")
    expect(card.locator("[data-action-id]")).to_have_count(0)
    screen.picture("cancelled", card)


def test_holder_releases_from_the_message(screen: Screen, whole: Whole) -> None:
    """Done earlier: one click gives it back."""
    request = whole.grants()
    screen.open("app")
    message = screen.card(request)
    message.locator("[data-action-id=release]").click()
    screen.confirm()
    expect(screen.card(request)).to_contain_text("released by its holder")
    screen.open(APPROVALS)
    expect(screen.card(request)).to_contain_text("released by its holder")
    assert not whole.sees_pods("alice")


def test_approver_revokes_one_of_two(screen: Screen, whole: Whole) -> None:
    """Each level has its row and its button; the card counts what is still granted."""
    request = whole.grants(
        "alice",
        "to prod --k8sGroup=debug --k8sGroup=platform-admins --duration 10m --reason INC-46",
    )
    screen.act_as("bob")
    screen.open(APPROVALS)
    card = screen.card(request)
    expect(card).to_contain_text("2 of 2 granted")
    card.locator("[data-action-id=revoke]").first.click()
    screen.confirm()
    expect(card).to_contain_text("1 of 2 granted")
    expect(card).to_contain_text("revoked by @bob; nothing of it is left")
    screen.picture("one-of-two", card)
    assert not whole.sees_pods("alice")


def test_card_says_why_it_failed(screen: Screen, whole: Whole) -> None:
    """A role that vanished after the yes: in plain words, with nothing left behind."""
    whole.sees_afresh()
    request = screen.asks('/access to prod --k8sGroup=platform-admins --reason "INC-47"')
    whole.card(request, "Pending")
    screen.act_as("bob")
    screen.open(APPROVALS)
    card = screen.card(request)
    with approved_without(whole, request, "daypass-sudo-platform-admins"):
        expect(card).to_contain_text("Failed")
        expect(card).to_contain_text("nothing of it is left")
        screen.picture("failed", card)


def test_card_says_that_it_is_tried_again(screen: Screen, whole: Whole) -> None:
    """A cluster that does not answer is named, with the time until which it is tried."""
    request = screen.asks('/access to prod --k8sGroup=debug --reason "INC-48"')
    whole.card(request, "Pending")
    screen.open(APPROVALS)
    card = screen.card(request)
    with whole.unreachable():
        whole.clicks("bob", "approve", request)
        expect(card).to_contain_text("Granting")
        screen.picture("unreachable", card)
    expect(card).to_contain_text("Granted until")


def test_card_says_that_nobody_answered(screen: Screen, whole: Whole) -> None:
    """A request that timed out takes no clicks."""
    request = screen.asks('/access to prod --k8sGroup=debug --reason "INC-49"')
    whole.card(request, "Pending")
    whole.lets_lapse(request)
    screen.open(APPROVALS)
    card = screen.card(request)
    expect(card).to_contain_text("Timed out")
    expect(card.locator("[data-action-id]")).to_have_count(0)
    screen.picture("timed-out", card)


def test_two_people_must_agree(screen: Screen, whole: Whole) -> None:
    """The card counts, tells bob that he is counted, and grants at dan's click."""
    request = screen.asks('/access to prod --k8sGroup=node-reader --reason "INC-50"')
    card = screen.card(request)
    for name, says in (("bob", "1 of 2 approvals"), ("bob", ""), ("dan", "Granted until")):
        screen.act_as(name)
        screen.open(APPROVALS)
        card.locator("[data-action-id=approve]").click()
        screen.confirm()
        expect(card).to_contain_text(says)
        if not says:
            expect(screen.private.last).to_contain_text("already counted")
            screen.picture("counted-already", screen.private.last)
    assert whole.is_served("alice", "/api/v1/pods")


def test_refusal_shows_the_right_line(screen: Screen) -> None:
    """A mistake is answered with what is wrong and with the line to send instead."""
    screen.type("/access to prdo --k8sGroup=debgu —duration 10m —reason “INC-51”")
    expect(screen.private.last).to_contain_text("There is no cluster “prdo”")
    line = screen.private.last.locator("pre").inner_text().strip()
    screen.picture("refusal", screen.private.last)
    assert line == '/access to prod --k8sGroup=debug --duration 10m --reason "INC-51"'
    screen.asks(line)
