"""Every command, typed by people over `app.dispatch`, answered to them alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import LeaseState
from daypass.domain.request import RequestState
from tests.builders import NOON, a_profile
from tests.unit.bot.slack import Slack
from tests.unit.bot.stage import Stage, a_stage

ASK = 'to prod --k8sGroup=debug --duration 10m --reason "INC-42"'


def test_submit_answers_with_id_workflow_and_who_was_asked(stage: Stage) -> None:
    """The receipt says what is stored: id, rule, who decides; the card is woken with it."""
    said = stage.say("alice", ASK)
    (request,) = stage.world.store.pending()
    assert all(part in said for part in (request.id, "production", "team:sre (bob, dan)", "10m"))
    assert request.duration == timedelta(minutes=10)
    assert "@notifications" in stage.world.agenda.wakeups


def test_submit_says_default_duration_when_none_was_said(stage: Stage) -> None:
    """What was not said is not assumed in silence."""
    assert "default" in stage.say("alice", "to prod -g debug because INC-42")


def test_submit_grants_without_people_when_workflow_has_no_steps(stage: Stage) -> None:
    """On dev the same command becomes a lease at once."""
    said = stage.say("alice", "to dev --k8sGroup=debug")
    assert "Granting" in said
    assert [lease.state for lease in stage.world.store.live_of(PersonId("U0ALICE"))] == [
        LeaseState.GRANTING
    ]


def test_submit_understands_smart_punctuation(stage: Stage) -> None:
    """A Mac's dashes and quotes ask for the same."""
    stage.say("alice", "to prod —k8sGroup=debug —duration 10m —reason “fix it”")
    assert stage.world.store.pending()[0].ask.reason == "fix it"


@pytest.mark.parametrize(
    ("typed", "said", "line"),
    [
        ("to prdo -g debug -r x", "There is no cluster “prdo”. Did you mean prod?", "to prod "),
        ("to prod -g debugz -r x", "There is no level “debugz”. Did you mean debug?", "=debug "),
        ("to dev -g platform-admins", "not offered on dev. It is offered on prod.", ""),
        ("to prod -g debug -n kube -r x", "only in payments", "--namespace payments"),
        ("to prod -g open -r x", "open needs --namespace", "--namespace NAMESPACE"),
        ("to prod -g debug", "needs a reason", 'to prod --k8sGroup=debug --reason "…"'),
        ("to prod -g debug -r x -d 9h", "9h is too long", "--duration 4h"),
        ("to prod -g debug -r x -d -9h", "“-9h” is not a duration", "--duration 9h"),
        ("to prod -g debug -r x -d 0m", "not longer than zero", "--duration DURATION"),
        ("to prod -g debug -r x -d soonish", "“soonish” is not a duration", "--duration DURATION"),
        (f"to prod -g debug -r {'x' * 5_000}", "5,000 characters; 1,000 is the most", '"…"'),
        ("to prod -g debug -r xoxb-1234567890-secret", "a secret (Slack token)", '--reason "…"'),
        ("to prod -r x", "none is the default on prod. You may", "to prod --k8sGroup=LEVEL --r"),
        ("catlog", "did you mean “catalog”?", "/access catalog"),
    ],
)
def test_say_answers_with_reason_and_corrected_line_when_input_is_bad(
    stage: Stage, typed: str, said: str, line: str
) -> None:
    """Bad input gets a clear answer, and nothing is stored."""
    answer = stage.say("alice", typed)
    assert said in answer
    assert line in answer
    assert ("What would be right" in answer) == bool(line)
    assert not stage.world.store.pending()


def test_submit_names_every_fault_at_once(stage: Stage) -> None:
    """One answer names all that is wrong, and its line puts all of it right."""
    answer = stage.say("alice", "to prod -g debug -d 9h")
    assert "needs a reason" in answer
    assert "too long" in answer
    assert '/access to prod --k8sGroup=debug --duration 4h --reason "…"' in answer


def test_submit_mentions_nobody_when_reason_holds_broadcast(stage: Stage) -> None:
    """A reason is shown, never obeyed."""
    stage.say("alice", 'to prod -g debug --reason "&lt;!channel&gt; <!here> <@U0BOB>"')
    assert stage.world.store.pending()[0].ask.reason == "<!channel> <!here> <@U0BOB>"
    shown = stage.say("alice", "status")
    assert "<!channel>" not in shown
    assert "&lt;!channel&gt; &lt;!here&gt; &lt;@U0BOB&gt;" in shown


def test_submit_refuses_when_level_lacks_its_role(stage: Stage) -> None:
    """A role that the cluster does not have is found before anybody is asked."""
    seen = stage.world.store.seen()["prod"]
    stage.world.store.keep_seen(replace(seen, means={}, taken_at=NOON + timedelta(seconds=1)))
    assert "prod has no ClusterRole/view" in stage.say("alice", ASK)
    assert not stage.world.store.pending()


def test_submit_refuses_when_nobody_could_approve(stage: Stage) -> None:
    """No possible approver refuses at once, instead of a request that waits for nobody."""
    stage.world.people.put_usergroup("S0SRE", [])
    assert "there are 0 who could say yes" in stage.say("alice", ASK)


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (a_profile("alice", guest=True), "guests of the workspace"),
        (a_profile("alice", email=""), "shows no email"),
        (a_profile("alice", deactivated=True), "deactivated"),
        (a_profile("alice", foreign=True), "another workspace"),
        (a_profile("alice", bot=True), "bots cannot"),
        (a_profile("alice", email="alice@elsewhere.org"), "changed since it was first trusted"),
    ],
)
def test_say_refuses_when_account_is_nobody(stage: Stage, profile: object, said: str) -> None:
    """Law 5: whoever is not trusted now is told why, whatever they were before."""
    stage.say("alice", "whoami")
    stage.world.people.put(profile)  # type: ignore[arg-type]
    for typed in (ASK, "catalog", "requests", "approve x", "leases", "whoami"):
        assert said in stage.say("alice", typed)
    assert not stage.world.store.pending()


def test_catalog_lists_what_one_may_ask_for_with_its_line(stage: Stage) -> None:
    """Search ends in a command."""
    said = stage.say("alice", "catalog prod debug")
    assert "/access to prod --k8sGroup=debug" in said
    assert "Cluster dev" not in said


def test_catalog_shows_pending_when_one_was_asked_for(stage: Stage) -> None:
    """What is asked for already is not offered anew."""
    stage.pending()
    assert "Pending" in stage.say("alice", "catalog prod debug")


def test_requests_lists_own_and_those_to_decide(stage: Stage) -> None:
    """The requester and the approver see the same request, each in their part."""
    request = stage.pending()
    assert "1 of your own" in stage.say("alice", "requests")
    assert f"/access approve {request}" in stage.say("bob", "requests")
    assert request not in stage.say("carol", "requests")


def test_status_shows_request_to_those_who_may_see(stage: Stage) -> None:
    """A stranger learns nothing, not even that it is there."""
    request = stage.pending()
    assert "INC-42" in stage.say("alice", "status")
    assert "INC-42" in stage.say("bob", f"status {request.upper()}")
    assert "There is no request" in stage.say("carol", f"status {request}")


def test_approve_makes_leases_when_said_as_command(stage: Stage) -> None:
    """The answer says for how long."""
    request = stage.pending()
    said = stage.say("bob", f"approve {request} for 30m")
    assert "Approved" in said
    assert "30m" in said
    lease = stage.world.store.lease(LeaseId(f"{request}-1"))
    assert lease is not None
    assert lease.duration == timedelta(minutes=30)
    assert "prod" in stage.world.agenda.wakeups


def test_approve_offers_what_was_asked_when_it_would_lengthen(stage: Stage) -> None:
    """An approver may only shorten."""
    request = stage.pending()
    said = stage.say("bob", f"approve {request} -d 2h")
    assert "may only shorten" in said
    assert f"/access approve {request} --duration 1h" in said


def test_approve_asks_which_also_where_one_waits(stage: Stage) -> None:
    """What waits may be another by then than what was read; a no may leave it out."""
    one = stage.pending()
    said = stage.say("bob", "approve for 30m")
    assert "Which request?" in said
    assert "/access approve ID --duration 30m" in said
    other = stage.pending("carol")
    said = stage.say("bob", "deny because no")
    assert one in said
    assert other in said
    assert {item.id for item in stage.world.store.pending()} == {one, other}


def test_deny_stores_reason_when_said_as_command(stage: Stage) -> None:
    """A no carries its reason."""
    request = stage.pending()
    assert "Denied" in stage.say("dan", f"deny {request} --reason not today")
    stored = stage.world.store.request(request)
    assert stored is not None
    assert (stored.state, stored.approvals[-1].reason) == (RequestState.DENIED, "not today")


def test_cancel_takes_back_only_pending_request(stage: Stage) -> None:
    """The requester may change their mind, once."""
    request = stage.pending()
    assert "Cancelled" in stage.say("alice", "cancel")
    assert "already cancelled" in stage.say("alice", f"cancel {request}")


def test_cancel_names_who_could_when_it_is_somebody_elses(stage: Stage) -> None:
    """A refusal names who could."""
    assert "alice@example.com could" in stage.say("carol", f"cancel {stage.pending()}")


def test_leases_and_release_end_what_one_holds(stage: Stage) -> None:
    """The holder ends it early, by command, without an id where there is one."""
    stage.say("alice", "to dev -g debug")
    assert "You hold 1 lease" in stage.say("alice", "leases")
    assert "Ending" in stage.say("alice", "release")
    (lease,) = stage.world.store.live_of(PersonId("U0ALICE"))
    assert lease.state is LeaseState.REVOKING
    assert "already revoking" in stage.say("alice", f"release {lease.id}")


def test_revoke_is_for_approvers_and_administrators(stage: Stage) -> None:
    """Somebody's lease is ended by an approver of its workflow, never by just anybody."""
    request = stage.pending()
    stage.say("bob", f"approve {request}")
    refused = stage.say("carol", f"revoke {request}")
    assert "team:sre (bob, dan) or dan@example.com (dan) could" in refused
    assert "Ending" in stage.say("bob", f"revoke {request} --reason “too long”")
    lease = stage.world.store.lease(LeaseId(f"{request}-1"))
    assert lease is not None
    assert (lease.ended_by, lease.why) == ("U0BOB", "too long")


def test_whoami_says_how_clusters_know_one(stage: Stage) -> None:
    """One's name on each cluster, one's teams, and whether one administrates."""
    said = stage.say("dan", "whoami")
    assert all(part in said for part in ("dan@example.com", "prod", "sre", "administrate"))


def test_whoami_compares_what_was_pasted_from_a_terminal(stage: Stage) -> None:
    """Letter by letter, from the table that kubectl prints; a name is typed by nobody."""
    table = "ATTRIBUTE  VALUE\nUsername   {}\nGroups     [system:authenticated]"
    said = stage.say("dan", f"whoami --check prod {table.format('dan@example.com')}")
    assert "The same, letter by letter" in said
    said = stage.say("dan", f"whoami --check prod {table.format('oidc:dan@example.com')}")
    assert 'username: "oidc:{email}"' in said
    assert "dan@example.com" in stage.say("dan", "whoami")
    assert "kubectl" in stage.say("dan", "whoami --check prod")
    assert "No username can be read" in stage.say("dan", "whoami --check prod I am dan")
    assert "There is no cluster “prdo”" in stage.say("dan", "whoami --check prdo dan")


@pytest.mark.parametrize("typed", ["", "help", "?", "--help"])
def test_help_lists_what_can_be_typed(stage: Stage, typed: str) -> None:
    """Nothing at all is answered with help, to anybody."""
    assert "/access catalog" in stage.say("eve", typed)


def test_answer_is_for_the_person_alone(stage: Stage) -> None:
    """Every answer is ephemeral, replaces nothing, and the ack itself says nothing."""
    stage.say("alice", "whoami")
    (sent,) = stage.slack.told("response")
    assert (sent["response_type"], sent["replace_original"]) == ("ephemeral", False)


def test_command_is_done_once_when_delivered_twice(stage: Stage) -> None:
    """A second delivery of the same command stores nothing and answers nothing."""
    assert stage.say("alice", ASK, trigger_id="same")
    assert stage.say("alice", ASK, trigger_id="same") == ""
    assert len(stage.world.store.pending()) == 1


def test_command_listens_to_its_configured_name_only(slack: Slack) -> None:
    """Another command that Slack sends here is answered, not obeyed."""
    stage = a_stage(slack)
    assert "does not know" in stage.say("alice", ASK, command="/other")
    assert not stage.world.store.pending()
