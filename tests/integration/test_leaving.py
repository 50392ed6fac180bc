"""Whoever is deactivated, or may not ask any more, loses access, and people read why.

The regular look is made due instead of waited for.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import PromiseKind
from sandbox.stack import Stack
from tests.integration.telling import is_due
from tests.whole import PRODUCT, Whole

pytestmark = pytest.mark.real

SHORT = "to dev --k8sGroup=team-view --namespace team-a --duration 15s"
LONG = "to dev --k8sGroup=team-view --namespace team-b --duration 10m"
CAROL = PersonId("U0CAROL")


@contextmanager
def deactivated(whole: Whole) -> Iterator[None]:
    """Inside, carol's account is deactivated in Slack."""
    whole.slack.change_account("carol", deleted=True)
    try:
        yield
    finally:
        whole.slack.change_account("carol", deleted=False)


@contextmanager
def asked_by_the_group(stack: Stack) -> Iterator[None]:
    """Inside, only the user group of the approvers may ask on prod; carol is in it."""
    path = stack.configured.path
    before = path.read_text(encoding="utf-8")
    everybody, group = (f"requesters: [team:{one}]\n  approve: [{{" for one in ("engineers", "sre"))
    assert everybody in before
    stack.slack.change_usergroup("S0SRE", ["bob", "dan", "carol"])
    restarted(stack, before.replace(everybody, group))
    try:
        yield
    finally:
        stack.slack.change_usergroup("S0SRE", ["bob", "dan"])
        restarted(stack, before)


def restarted(stack: Stack, configuration: str) -> None:
    """Start everything anew with that configuration."""
    stack.configured.path.write_text(configuration, encoding="utf-8")
    before = stack.slack.connections()
    for name in PRODUCT:
        stack.processes.restart(name)
    stack.slack.wait_for_app(connections=before + 1, within=30)


def looked_at(whole: Whole, request: RequestId) -> None:
    """Let the notifications worker look at carol, again and again, until a lease of hers ends."""

    def is_ending() -> bool:
        is_due(whole, PromiseKind.HOLDER, CAROL)
        return not whole.lease(request).grantable

    whole.until(is_ending, f"{request} ends")


def offboarded(whole: Whole, request: RequestId, why: str) -> None:
    """Wait until a lease is over for that reason and the approvers can read it."""
    lease = whole.reaches(request, LeaseState.ENDED)
    assert lease.cause is EndCause.OFFBOARDED
    assert why in lease.why
    whole.thread(request, "Ended", why)


def test_deactivated_person_loses_access_at_once_when_slack_says_so(whole: Whole) -> None:
    """Slack's event makes the look come at once; the thread tells the approvers why."""
    request = whole.grants("carol")
    assert whole.sees_pods("carol")
    with deactivated(whole):
        offboarded(whole, request, "the account is deactivated in Slack")
        assert not whole.sees_pods("carol")
    assert whole.objects() == []


def test_deactivated_person_loses_access_when_slack_says_nothing(whole: Whole) -> None:
    """Events are a shortcut: without a bot to hear them the regular look finds it out."""
    request = whole.grants("carol")
    with whole.frozen("bot"), deactivated(whole):
        looked_at(whole, request)
        whole.reaches(request, LeaseState.ENDED)
        assert not whole.sees_pods("carol")
    offboarded(whole, request, "the account is deactivated in Slack")


def test_person_who_left_the_group_loses_access(whole: Whole) -> None:
    """Who may not ask any more may not have it any more."""
    with asked_by_the_group(whole.stack):
        whole.sees_afresh()
        request = whole.grants("carol")
        assert whole.sees_pods("carol")
        whole.slack.change_usergroup("S0SRE", ["bob", "dan"])
        looked_at(whole, request)
        offboarded(whole, request, "no workflow lets its holder ask for it any more")
        assert not whole.sees_pods("carol")


def test_rules_that_were_read_anew_take_access_away(whole: Whole) -> None:
    """The configuration that was read after the approval is what counts."""
    request = whole.grants("carol")
    with asked_by_the_group(whole.stack):
        whole.slack.change_usergroup("S0SRE", ["bob", "dan"])
        looked_at(whole, request)
        offboarded(whole, request, "no workflow lets its holder ask for it any more")


def test_nobody_loses_access_while_slack_is_down_and_ends_are_kept(whole: Whole) -> None:
    """An outage of Slack is no word about anybody, and delays no other end."""
    lasting = whole.asks("carol", LONG)
    short = whole.asks("alice", SHORT)
    for request in (lasting, short):
        whole.reaches(request, LeaseState.ACTIVE)
    with deactivated_in_an_outage(whole):
        is_due(whole, PromiseKind.HOLDER, CAROL)
        assert whole.reaches(short, LeaseState.ENDED).cause is EndCause.EXPIRED
        assert whole.lease(lasting).state is LeaseState.ACTIVE
        whole.slack.set_faults(down=False)
        looked_at(whole, lasting)
        assert whole.reaches(lasting, LeaseState.ENDED).cause is EndCause.OFFBOARDED
        whole.direct("alice", "Ended", f"{short}-1")


@contextmanager
def deactivated_in_an_outage(whole: Whole) -> Iterator[None]:
    """Inside, Slack is down, and carol's account is deactivated in it."""
    whole.slack.set_faults(down=True)
    with deactivated(whole):
        yield
    whole.slack.clear_faults()
