"""An incident in Slack: end everything, freeze, thaw; for administrators, after a typed phrase."""

import json
from typing import Any

import pytest
from slack_bolt import BoltResponse

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.limits import check_view
from daypass.adapters.slack.views.revoke_all import FREEZE
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease
from tests.builders import a_profile
from tests.unit.bot.slack import JSON
from tests.unit.bot.stage import Stage, a_stage, read
from tests.unit.usecases.scenes import Failing, approve, grant, lease_of, work

SECOND = LeaseId("000000000002-1")


def _grants(stage: Stage) -> Lease:
    """Let alice and carol have debug on prod."""
    grant(stage.world, actor="U0CAROL")
    return grant(stage.world)


def _form(stage: Stage, line: str, name: str = "dan") -> JSON:
    """Type a line that opens the form; return it."""
    assert stage.say(name, line) == ""
    [*_, opened] = stage.slack.told("views.open")
    view: JSON = opened["view"]
    assert not list(check_view(view))
    return view


def _send(
    stage: Stage, view: JSON, phrase: str, *, why: str = "", freeze: bool = False, name: str = "dan"
) -> BoltResponse:
    boxes = [{"value": FREEZE}] if freeze else []
    values: dict[str, Any] = {
        act.REVOKE_ALL_PHRASE_BLOCK: {act.REVOKE_ALL_INPUT: {"value": phrase}},
        act.REVOKE_ALL_REASON_BLOCK: {act.REVOKE_ALL_INPUT: {"value": why or None}},
        act.REVOKE_ALL_FREEZE_BLOCK: {act.REVOKE_ALL_INPUT: {"selected_options": boxes}},
    }
    return stage.send_view(name, act.REVOKE_ALL_VIEW, view["private_metadata"], values)


def _told(stage: Stage) -> str:
    """The last direct message."""
    return read(stage.slack.told("chat.postMessage")[-1])


def test_revoke_all_says_the_numbers_and_ends_nothing_before_the_phrase(stage: Stage) -> None:
    """The form tells what would end, and carries only what is in reach."""
    lease = _grants(stage)
    stage.pending("bob")
    view = _form(stage, "revoke all because INC-42")
    said = read({"blocks": view["blocks"]})
    assert "Everything of everybody, on every cluster: *2 leases* end at once." in said
    assert "`prod` 2; of 2 people" in said
    assert "1 request waits and is left: freeze, or deny" in said
    assert "INC-42" in json.dumps(view["blocks"])
    assert view["private_metadata"] == ""
    assert lease_of(stage.world, lease.id).grantable


@pytest.mark.parametrize("phrase", ["", "revoke", "yes", "revoke all on prod", "revokeall"])
def test_wrong_phrase_is_told_at_the_field(stage: Stage, phrase: str) -> None:
    """The form stays open; nothing ends."""
    lease = _grants(stage)
    ack = _send(stage, _form(stage, "revoke all"), phrase)
    answer = json.loads(ack.body)
    assert answer["response_action"] == "errors"
    assert "revoke all" in answer["errors"][act.REVOKE_ALL_PHRASE_BLOCK]
    assert lease_of(stage.world, lease.id).grantable


def test_reason_that_cannot_be_kept_is_told_at_the_field(stage: Stage) -> None:
    """A secret in it never reaches anybody's thread."""
    lease = _grants(stage)
    ack = _send(stage, _form(stage, "revoke all"), "revoke all", why="xoxb-1234567890-ab")
    assert "token" in json.loads(ack.body)["errors"][act.REVOKE_ALL_REASON_BLOCK]
    assert lease_of(stage.world, lease.id).grantable


@pytest.mark.parametrize("phrase", ["revoke all", " Revoke  ALL ", "“revoke all”"])
def test_right_phrase_ends_everything(stage: Stage, phrase: str) -> None:
    """Phones write capitals and quotes; who did it and why is in each lease."""
    lease = _grants(stage)
    waiting = stage.pending("bob")
    assert _send(stage, _form(stage, "revoke all"), phrase, why="stolen laptop").body == ""
    over = lease_of(stage.world, lease.id)
    assert (over.cause, over.ended_by, over.why) == (EndCause.REVOKED, "U0DAN", "stolen laptop")
    assert not lease_of(stage.world, LeaseId("000000000001-1")).grantable
    said = _told(stage)
    assert "2 leases on 1 cluster" in said
    assert f"Still waiting for an answer: `{waiting}`" in said
    assert "Frozen" not in said


def test_box_freezes_first(stage: Stage) -> None:
    """Nothing new comes up behind what ends."""
    _grants(stage)
    _send(stage, _form(stage, "revoke all"), "revoke all", why="INC-42", freeze=True)
    assert "Frozen: nothing new is granted on any cluster (INC-42)" in _told(stage)
    actions = [event.action.value for event in stage.world.store.events]
    assert actions.index("grants.frozen") < actions.index("lease.ending")
    said = stage.say("alice", 'to prod --k8sGroup=debug --reason "x"')
    assert "No access is granted for now; <@U0DAN> stopped it: INC-42." in said


def test_revoke_all_reaches_one_cluster(stage: Stage) -> None:
    """The box freezes that cluster alone."""
    _grants(stage)
    view = _form(stage, "revoke all on prod")
    assert view["private_metadata"] == "cluster:prod"
    assert "Everything on `prod`" in read({"blocks": view["blocks"]})
    _send(stage, view, "revoke all", freeze=True)
    frozen = stage.world.store.freeze()
    assert frozen is not None
    assert (frozen.everywhere, set(frozen.clusters)) == (False, {"prod"})
    assert not lease_of(stage.world).grantable


def test_revoke_all_reaches_one_person_and_freezes_nobody(stage: Stage) -> None:
    """Others keep what they have and may ask for more."""
    carols, alices = LeaseId("000000000001-1"), _grants(stage).id
    view = _form(stage, "revoke all of <@U0ALICE>")
    assert view["private_metadata"] == "person:U0ALICE"
    assert act.REVOKE_ALL_FREEZE_BLOCK not in json.dumps(view)
    _send(stage, view, "revoke all")
    assert not lease_of(stage.world, alices).grantable
    assert lease_of(stage.world, carols).grantable


def test_revoke_all_opens_no_form_where_nothing_is_granted(stage: Stage) -> None:
    """The answer says so, and what could be done instead."""
    said = stage.say("dan", "revoke all on prod")
    assert "Everything on `prod`: nothing is granted there." in said
    assert not stage.slack.told("views.open")


@pytest.mark.parametrize("line", ["revoke all", "freeze because x", "thaw"])
def test_administrators_alone_stop_everything(stage: Stage, line: str) -> None:
    """An approver is no administrator; the refusal names who is."""
    lease = _grants(stage)
    said = stage.say("bob", line)
    assert "You may not" in said
    assert "dan@example.com (dan) could." in said
    assert not stage.slack.told("views.open")
    assert lease_of(stage.world, lease.id).grantable
    assert stage.world.store.freeze() is None


def test_form_is_judged_anew_when_it_comes_back(stage: Stage) -> None:
    """Whoever was deactivated, or forged the form, ends nothing (law 5)."""
    lease = _grants(stage)
    view = _form(stage, "revoke all")
    _send(stage, view, "revoke all", name="bob")
    assert "You may not revoke" in _told(stage)
    stage.world.people.put(a_profile("dan", deactivated=True))
    _send(stage, view, "revoke all", freeze=True)
    assert "deactivated" in _told(stage)
    assert lease_of(stage.world, lease.id).grantable
    assert stage.world.store.freeze() is None


@pytest.mark.parametrize("freeze", [False, True])
def test_nothing_is_said_to_be_unstored_behind_a_freeze_that_holds(
    stage: Stage, *, freeze: bool
) -> None:
    """The store goes away before the first end; with the freeze nobody is granted anything."""
    _grants(stage)
    view, store = _form(stage, "revoke all"), stage.world.store
    gone = Failing(store, "live_on", TemporaryOutsideError("gone"), lambda _: True)
    _send(a_stage(stage.slack, store=gone), view, "revoke all", why="INC-42", freeze=freeze)
    assert (store.freeze() is not None) is freeze
    assert ("Nothing was stored" in _told(stage)) is not freeze


def test_unknown_names_are_told_before_any_form(stage: Stage) -> None:
    """A typing error ends nothing and says so."""
    assert "Did you mean prod?" in stage.say("dan", "revoke all on prdo")
    assert "never saw an account “bbo@example.com”" in stage.say(
        "dan", "revoke all of bbo@example.com"
    )
    assert "seems to hold a secret" in stage.say("dan", "revoke all because xoxb-1234567890-ab")


def test_freeze_and_thaw(stage: Stage) -> None:
    """What is stopped, why and how to lift it; and that it is lifted."""
    request = stage.pending()
    assert "nothing new is granted on `dev`, `prod` (INC-42)" in stage.say(
        "dan", "freeze prod dev because INC-42"
    )
    said = stage.click("bob", act.APPROVE, request)
    assert "No access is granted on prod for now; <@U0DAN> stopped it: INC-42." in said
    assert "<@U0DAN> stopped it: INC-42" in stage.say("alice", "catalog")
    assert "Thawed. ❄️ Frozen: nothing new is granted on `dev`" in stage.say("dan", "thaw prod")
    assert "Approved" in stage.click("bob", act.APPROVE, request)
    assert "Thawed: access is granted again everywhere." in stage.say("dan", "thaw")
    assert "Nothing is frozen." in stage.say("dan", "thaw")


def test_wait_of_what_was_approved_reads_as_a_sentence(stage: Stage) -> None:
    """A full stop of a reason does not stand in the middle of the card's line."""
    request = approve(stage.world)
    stage.say("dan", "freeze because INC-42.")
    work(stage.world)
    said = stage.say("alice", f"status {request.id}")
    assert "dan@example.com (U0DAN) stopped it: INC-42. Tried again until" in said
