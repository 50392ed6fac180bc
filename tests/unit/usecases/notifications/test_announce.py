"""Approvers and administrators hear at once, and once, that a level rests on something else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.audit import Action
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.ids import MoveId
from daypass.domain.notification import Announcement, Topic
from daypass.domain.rbac import PolicyRule
from daypass.domain.request import RequestState
from daypass.domain.roles import RoleRef
from daypass.ports import NOTIFICATIONS, Change, PromiseKind
from daypass.usecases.grants.look_around import look_around
from daypass.usecases.notifications.announce import NEWS, announce
from daypass.usecases.notifications.notify import notify
from daypass.usecases.shared.rows import shifts_row
from tests.builders import a_catalog, a_level, a_workflow, a_world
from tests.unit.usecases.notifications.telling import ALICE, CHANNEL, Desk
from tests.unit.usecases.scenes import Failing, ask, grant, look, rows

VIEW = "ClusterRole/view"
SECOND = timedelta(seconds=1)
SECRETS = PolicyRule(verbs=("get",), resources=("secrets",))
DOWN = TemporaryOutsideError("Slack does not answer")


@pytest.fixture
def desk() -> Desk:
    """Return a desk with a cluster that was looked at once."""
    desk = Desk(world=a_world(), chat=MemoryChat())
    desk.world.clock.advance(SECOND)
    look(desk.world)
    return desk


def change(desk: Desk) -> None:
    """Let the role mean something else, and be seen."""
    desk.world.clock.advance(SECOND)
    desk.world.clusters["prod"].roles[VIEW] = (SECRETS,)
    look_around(desk.world.grants())


def tell(desk: Desk, kind: PromiseKind = PromiseKind.SHIFTS) -> tuple[OutsideError, ...]:
    """Be a notifications worker that sees to all that is due; return what Slack does not take."""
    found: tuple[OutsideError, ...] = ()
    for claim in desk.world.agenda.claim(NOTIFICATIONS, 50, (kind,)):
        if claim.promise.kind is PromiseKind.SHIFTS:
            found += announce(claim, desk.ports)
        else:
            notify(claim, desk.ports)
    return found


def heard(desk: Desk) -> list[str]:
    """Return who heard of it, and where."""
    return [one.to for one in desk.chat.announced]


def row(desk: Desk) -> float | None:
    """Say in how many seconds it is due again."""
    return rows(desk.world, NOTIFICATIONS).get((PromiseKind.SHIFTS, "prod"))


def test_approvers_and_administrators_hear_of_it_once(desk: Desk) -> None:
    """In the channel in which people are asked, and by direct message."""
    change(desk)
    assert tell(desk) == ()
    assert heard(desk) == [CHANNEL, "U0DAN"]
    told = desk.chat.announced[0]
    assert isinstance(told, Announcement)
    assert [(shift.key, told.levels[shift.key][0]) for shift in told.shifts] == [(VIEW, "debug")]
    assert row(desk) is None
    before = heard(desk)
    change(desk)
    tell(desk)
    assert heard(desk) == before


def test_channel_hears_of_nothing_that_is_asked_for_elsewhere() -> None:
    """What becomes of a level is for those whom people ask for it, and for administrators."""
    levels = (
        a_level(),
        a_level("vault", role=RoleRef(name="vault")),
    )
    flows = (
        a_workflow(levels=("debug",)),
        a_workflow("vaults", levels=("vault",), channel="C0VAULTS"),
    )
    desk = Desk(world=a_world(a_catalog(levels=levels, workflows=flows)), chat=MemoryChat())
    desk.world.clusters["prod"].roles["ClusterRole/vault"] = ()
    desk.world.clock.advance(SECOND)
    look(desk.world)
    desk.world.clusters["prod"].roles["ClusterRole/vault"] = (SECRETS,)
    change(desk)
    tell(desk)
    keys = {told.to: [shift.key for shift in told.shifts] for told in desk.chat.announced}
    assert keys == {
        CHANNEL: [VIEW],
        "C0VAULTS": ["ClusterRole/vault"],
        "U0DAN": ["ClusterRole/vault", VIEW],
    }


def test_it_is_tried_again_where_slack_does_not_answer(desk: Desk) -> None:
    """An outage loses no notice; whoever heard does not hear it twice."""
    change(desk)
    desk.chat.trouble = DOWN
    assert DOWN in tell(desk)
    assert row(desk)
    desk.chat.trouble = None
    desk.world.clock.advance(timedelta(minutes=1))
    tell(desk)
    assert heard(desk)[0] == CHANNEL
    assert len(set(heard(desk))) == len(heard(desk))


def test_a_channel_that_is_closed_is_not_asked_again(desk: Desk) -> None:
    """It is said in the log; administrators hear of it all the same."""
    desk.chat.closed.add(CHANNEL)
    change(desk)
    (refused,) = tell(desk)
    assert "not_in_channel" in str(refused)
    assert "U0DAN" in heard(desk)
    assert row(desk) is None


def test_what_may_have_been_said_is_not_said_again(desk: Desk) -> None:
    """A lost answer of Slack makes no second message, and the rest is tried again."""
    change(desk)
    desk.chat.trouble = TemporaryOutsideError("the answer was lost", unknown=True)
    tell(desk)
    desk.chat.trouble = None
    desk.world.clock.advance(timedelta(minutes=1))
    tell(desk)
    assert heard(desk) == []


def test_it_waits_while_slack_does_not_say_who_administers(desk: Desk) -> None:
    """Nobody is left out because Slack was away."""
    change(desk)
    ports = replace(
        desk.ports, people=cast("Any", Failing(desk.world.people, "by_email", DOWN, lambda _: True))
    )
    (claim,) = desk.world.agenda.claim(NOTIFICATIONS, 9, (PromiseKind.SHIFTS,))
    assert announce(claim, ports) == (DOWN,)
    assert row(desk)


def test_what_is_old_is_no_news(desk: Desk) -> None:
    """The audit trail has it."""
    change(desk)
    desk.world.clock.advance(NEWS)
    tell(desk)
    assert heard(desk) == []


def test_nothing_is_said_of_a_cluster_that_nobody_saw() -> None:
    """A row that names nothing is done with."""
    desk = Desk(world=a_world(), chat=MemoryChat())
    look(desk.world)
    change(desk)
    desk.world.store.commit(
        Change(move=MoveId("row"), promises=(shifts_row("gone", desk.world.clock.now()),))
    )
    assert tell(desk) == ()


def test_only_channels_that_are_asked_about_it_hear_of_it() -> None:
    """A workflow for other levels, or that asks nobody, is no place for it."""
    levels = (
        a_level(),
        a_level("other", role=a_level().role),
    )
    flows = (
        a_workflow("other", levels=("nothing",), channel="C0OTHER"),
        a_workflow("automatic", steps=(), channel=""),
        a_workflow(),
    )
    desk = Desk(world=a_world(a_catalog(levels=levels, workflows=flows)), chat=MemoryChat())
    desk.world.clock.advance(SECOND)
    look(desk.world)
    change(desk)
    tell(desk)
    assert [one for one in heard(desk) if one.startswith("C")] == [CHANNEL]


def test_card_that_waits_says_it_and_its_thread(desk: Desk) -> None:
    """Who decides sees it before they do."""
    ask(desk.world)
    tell(desk, PromiseKind.CARD)
    change(desk)
    tell(desk, PromiseKind.CARD)
    card, post = desk.chat.messages[CHANNEL]
    assert [shift.key for shift in card.notification.shifts] == [VIEW]
    assert (post.notification.topic, bool(post.thread)) == (Topic.SHIFTED, True)
    assert ALICE not in desk.chat.messages


def test_holder_hears_that_their_access_is_another(desk: Desk) -> None:
    """By direct message, once; after its end nobody hears of it."""
    grant(desk.world)
    desk.world.clock.advance(SECOND)
    tell(desk, PromiseKind.CARD)
    change(desk)
    tell(desk, PromiseKind.CARD)
    assert (Topic.SHIFTED, RequestState.APPROVED.value) in desk.said(ALICE)
    before = len(desk.said(ALICE))
    assert [one.action for one in desk.world.store.events].count(Action.LEVEL_CHANGED) == 1
    change(desk)
    tell(desk, PromiseKind.CARD)
    assert len(desk.said(ALICE)) == before
