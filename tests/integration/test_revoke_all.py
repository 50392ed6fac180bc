"""Somebody stops everything: in Slack after a typed phrase, or on a terminal; it lasts."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.views.revoke_all import FREEZE
from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause
from tests.talk import ASK, GENERAL
from tests.whole import PRODUCT, Whole

pytestmark = pytest.mark.real

_DEV = "to dev --k8sGroup=team-view --namespace team-a --duration 10m"
_PROD = 'to prod --k8sGroup=team-view --namespace team-a --duration 10m --reason "INC-43"'
_SAYS = "No access is granted for now; @dan stopped it: stolen laptop."


@pytest.fixture
def incident(whole: Whole) -> Iterator[Whole]:
    """The running stack; whatever is frozen is thawed afterwards."""
    yield whole
    whole.revive()
    freeze = whole.store.freeze()
    if freeze is not None and (freeze.everywhere or freeze.clusters):
        _daypass(whole, "thaw")


def _daypass(whole: Whole, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the administrators' command with nothing but the configuration and the store."""
    told = whole.stack.configured.environment("admin", "CONFIG", "REDIS_URL")
    return subprocess.run(
        [sys.executable, "-m", "daypass.cli", *words],
        capture_output=True,
        check=False,
        env={"PATH": os.defpath, **told},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=90,
    )


def _automatic(whole: Whole, who: str) -> RequestId:
    """Let somebody have a level for which nobody is asked."""
    request = whole.asks(who, _DEV)
    whole.direct(who, "Granted", f"{request}-1")
    return request


def _opens_form(whole: Whole, line: str) -> str:
    """Let dan type a line that opens a form; return what the form says."""
    assert whole.slack.say("dan", GENERAL, f"/access {line}")["ok"]
    whole.until(lambda: bool(whole.slack.views("dan")), "a form that wants a phrase")
    return str(whole.slack.views("dan")[-1])


def _is_refused(whole: Whole) -> None:
    assert _SAYS in whole.says("alice", ASK)
    assert not whole.store.pending()


def test_everything_ends_after_the_phrase_and_stays_frozen(incident: Whole) -> None:
    """Two people on two clusters lose all at once; nothing new comes until it is thawed.

    Also after every process was killed: the freeze is in the store (laws 1, 3, 4, 10).
    """
    held = [
        incident.grants("alice"),
        incident.grants("carol", _PROD),
        _automatic(incident, "alice"),
        _automatic(incident, "carol"),
    ]
    said = _opens_form(incident, "revoke all because stolen laptop")
    assert "4 leases" in said
    assert "`prod` 2, `dev` 2; of 2 people" in said
    wrong = incident.slack.submit(
        "dan", {act.REVOKE_ALL_PHRASE_BLOCK: "yes", act.REVOKE_ALL_FREEZE_BLOCK: [FREEZE]}
    )
    assert "Type “revoke all”" in wrong["errors"][act.REVOKE_ALL_PHRASE_BLOCK]
    assert len(incident.live()) == 4
    assert incident.slack.submit("dan", {act.REVOKE_ALL_PHRASE_BLOCK: "revoke all"})["ok"]
    incident.direct("dan", "4 leases on 2 clusters", "Frozen: nothing new is granted")
    for request in held[:2]:
        incident.card(request, "Ended", "revoked by @dan: stolen laptop")
        incident.thread(request, "revoked by dan@example.com: stolen laptop")
    incident.until(lambda: not incident.live(), "all leases are over")
    assert {incident.lease(request).cause for request in held} == {EndCause.REVOKED}
    for cluster in ("prod", "dev"):
        assert not incident.objects(cluster=cluster)
    assert not incident.sees_pods("alice")
    _is_refused(incident)
    for name in PRODUCT:
        incident.stack.processes.kill(name)
    incident.revive()
    _is_refused(incident)
    assert "dan stopped it: stolen laptop" in incident.says("alice", "catalog")
    assert "granted again everywhere" in incident.says("dan", "thaw")
    assert incident.sees_pods("alice") is False
    incident.grants("alice")
    assert incident.sees_pods("alice")


def test_freeze_refuses_the_approval_of_what_waits(incident: Whole) -> None:
    """Better refused at the click than approved and then failed; a thaw lets it go on."""
    request = incident.asks()
    incident.card(request, "Pending")
    assert "Frozen" in incident.says("dan", "freeze prod because INC-42")
    refused = "No access is granted on prod for now; @dan stopped it: INC-42."
    assert refused in incident.clicks("bob", "approve", request)
    assert "Thawed" in incident.says("dan", "thaw prod")
    incident.clicks("bob", "approve", request)
    incident.card(request, "Granted")


def test_terminal_ends_all_of_one_person_and_waits_for_the_proof(incident: Whole) -> None:
    """It needs Redis and the rules; others keep what they have."""
    stolen, kept = incident.grants("alice"), incident.grants("carol", _PROD)
    also = _automatic(incident, "alice")
    asked = _daypass(incident, "revoke", "--person", "alice@example.com")
    assert asked.returncode == 1
    assert "2 leases on 2 clusters would end" in asked.stderr
    assert "say --yes" in asked.stderr
    done = _daypass(
        incident, "revoke", "--person", "alice@example.com", "--reason", "stolen laptop", "--yes"
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "2 leases ended; 2 proven gone." in done.stdout
    assert [lease.request for lease in incident.live().values()] == [kept]
    assert incident.lease(also).why == "stolen laptop"
    assert not incident.sees_pods("alice")
    incident.card(stolen, "Ended", "stolen laptop")
    incident.card(kept, "Granted")


def test_terminal_says_what_is_not_gone_yet_and_it_goes_later(incident: Whole) -> None:
    """A cluster that does not answer holds up only its own; the end is decided all the same."""
    away, here = incident.grants("alice"), _automatic(incident, "alice")
    with incident.unreachable("prod"):
        done = _daypass(incident, "revoke", "--all", "--yes", "--freeze", "--wait", "3s")
        assert done.returncode == 1
        assert "2 leases ended; 1 proven gone." in done.stdout
        assert "prod: 1 lease still being removed" in done.stdout
        assert "nothing new is granted on any cluster" in done.stdout
        status = _daypass(incident, "status")
        assert status.returncode == 1
        assert "prod: 1 revoking" in status.stdout
        assert "dev: no leases" in status.stdout
    incident.card(away, "Ended")
    assert incident.lease(here).cause is EndCause.REVOKED
    assert not incident.objects()
    assert "Nothing is frozen." in _daypass(incident, "thaw").stdout
