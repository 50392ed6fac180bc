"""Warnings and reminders: promises that are written, kept and removed with what they are about."""

from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.notification import Topic
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Change, PromiseKind
from daypass.usecases.notifications.notify import notify
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.shared.rows import warn_rows
from tests.builders import NOON, World, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    HOUR,
    ask,
    grant,
    lease_of,
    let_go,
    rows,
    work,
)

REQUEST = FIRST.removesuffix("-1")
WARN, REMIND = (PromiseKind.WARN, FIRST), (PromiseKind.REMIND, REQUEST)
MINUTE = timedelta(minutes=1)


class Telling:
    """A world, and the notifications worker in it."""

    def __init__(self) -> None:
        self.world: World = a_world()
        self.chat = MemoryChat()

    def until(self, minutes: float) -> None:
        """Let it become that many minutes after noon, and tell what is due then."""
        self.world.clock.set(NOON + minutes * MINUTE)
        self.tell()

    def tell(self) -> None:
        """Tell what is due."""
        for claim in self.world.agenda.claim(NOTIFICATIONS, 50):
            if claim.promise.kind is not PromiseKind.HOLDER:
                notify(claim, self.world.notify(self.chat))

    def count(self, topic: Topic, where: str) -> int:
        """Count what stands of a topic in a channel or direct message."""
        said = self.chat.messages.get(where, [])
        return sum(one.notification.topic is topic for one in said)

    @property
    def warned(self) -> int:
        """How often alice was warned."""
        return self.count(Topic.WARNED, ALICE)

    @property
    def reminded(self) -> int:
        """How often the approvers were reminded."""
        return self.count(Topic.REMINDED, "C0APPROVE")

    def due_at(self, row: tuple[PromiseKind, str]) -> float | None:
        """Say at how many minutes after noon a promise is due."""
        at = self.world.agenda.promises(NOTIFICATIONS).get(row)
        return None if at is None else (at - NOON) / MINUTE


@pytest.fixture
def telling() -> Telling:
    """Return a world at noon."""
    return Telling()


def test_holder_is_warned_twice_and_the_promise_is_kept(telling: Telling) -> None:
    """15 and 5 minutes before the end of an hour; then nothing is left to promise."""
    grant(telling.world)
    assert telling.due_at(WARN) == 45
    telling.until(45)
    assert (telling.warned, telling.due_at(WARN)) == (1, 55)
    telling.until(55)
    assert (telling.warned, telling.due_at(WARN)) == (2, None)


def test_holder_is_warned_once_when_the_wake_up_is_doubled(telling: Telling) -> None:
    """A second worker with the same promise finds that it was said."""
    grant(telling.world)
    telling.until(45)
    row = warn_rows(lease_of(telling.world), NOON)
    again = Change(move=telling.world.ids.move(), promises=row)
    telling.world.store.commit(again)
    telling.tell()
    assert telling.warned == 1


def test_holder_is_warned_of_the_last_moment_only_when_slack_was_down(telling: Telling) -> None:
    """What was missed is not made up for: one warning, with the end that counts."""
    grant(telling.world)
    telling.chat.trouble = TemporaryOutsideError("no answer")
    telling.until(45)
    telling.chat.trouble = None
    telling.until(56)
    assert (telling.warned, telling.due_at(WARN)) == (1, None)


def test_holder_is_never_warned_after_the_end(telling: Telling) -> None:
    """Nobody is told that something ends soon that is over."""
    grant(telling.world)
    telling.chat.trouble = TemporaryOutsideError("no answer")
    telling.until(45)
    telling.chat.trouble = None
    telling.until(60)
    assert (telling.warned, telling.due_at(WARN)) == (0, None)


def test_warning_is_gone_with_the_lease(telling: Telling) -> None:
    """What is released has no end to warn of."""
    grant(telling.world)
    let_go(telling.world)
    assert telling.due_at(WARN) is None
    work(telling.world)
    telling.until(45)
    assert telling.warned == 0


def test_short_lease_is_warned_of_once_or_not_at_all(telling: Telling) -> None:
    """Less than a minute before the end a warning is of no use."""
    grant(telling.world, duration=8 * MINUTE)
    assert telling.due_at(WARN) == 6
    telling.until(6)
    assert (telling.warned, telling.due_at(WARN)) == (1, None)
    shorter = grant(Telling().world, duration=3 * MINUTE)
    assert warn_rows(shorter, NOON) == ()


def test_approvers_are_reminded_until_the_request_lapses(telling: Telling) -> None:
    """After 15 and 30 minutes of an hour; then it lapses as before."""
    ask(telling.world)
    for minutes, reminded, due in ((15, 1, 30), (20, 1, 30), (30, 2, None), (59, 2, None)):
        telling.until(minutes)
        assert (telling.reminded, telling.due_at(REMIND)) == (reminded, due)
    telling.world.clock.advance(HOUR)
    let_lapse(telling.world.ask)
    telling.tell()
    (request,) = telling.world.store.requests_of(ALICE)
    assert request.state is RequestState.LAPSED
    assert telling.reminded == 2


@pytest.mark.parametrize("how", ["approved", "denied", "cancelled", "lapsed"])
def test_reminder_is_gone_with_the_decision(telling: Telling, how: str) -> None:
    """Nobody is reminded of what was decided, however it was."""
    world, name = telling.world, ask(telling.world).request.id
    if how == "cancelled":
        cancel(Cancel(actor=ALICE, target=name), world.ask)
    elif how == "lapsed":
        world.clock.advance(2 * HOUR)
        let_lapse(world.ask)
    else:
        decide(Decide(actor=BOB, target=name, yes=how == "approved"), world.ask)
    assert telling.due_at(REMIND) is None
    assert rows(world, TIMEKEEPER) == {}
    telling.tell()
    assert telling.reminded == 0


def test_reminder_that_is_due_after_the_decision_says_nothing(telling: Telling) -> None:
    """A worker that has claimed it already finds nobody waiting."""
    name = ask(telling.world).request.id
    telling.world.clock.set(NOON + 15 * MINUTE)
    claims = telling.world.agenda.claim(NOTIFICATIONS, 50)
    decide(Decide(actor=BOB, target=name, yes=False), telling.world.ask)
    for claim in claims:
        notify(claim, telling.world.notify(telling.chat))
    assert (telling.reminded, telling.due_at(REMIND)) == (0, None)


def test_automatic_request_reminds_nobody(telling: Telling) -> None:
    """Nobody is waited for."""
    ask(telling.world, cluster="dev")
    kinds = {kind for kind, _ in rows(telling.world, NOTIFICATIONS)}
    assert kinds == {PromiseKind.CARD, PromiseKind.HOLDER}


def test_warn_rows_promise_the_next_warning_of_the_end_that_counts() -> None:
    """For whoever gives a lease another end: at most one row, none where all are past."""
    lease = grant(a_world())
    assert [(row.subject, row.at) for row in warn_rows(lease, NOON + 45 * MINUTE)] == [
        (FIRST, NOON + 55 * MINUTE)
    ]
    assert warn_rows(lease, NOON + 55 * MINUTE) == ()
