"""The notifications worker tells everything that is due, and says loudly what it cannot."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.slack.errors import outside
from daypass.domain.errors import (
    BrokenInvariantError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.ids import MoveId, PersonId, RequestId, request_id
from daypass.domain.notification import Notification, Receipt
from daypass.ports import NOTIFICATIONS, Change, Claim, PromiseKind
from daypass.usecases.shared.rows import card, holder_row
from tests.builders import NOON, World, a_request, a_world
from tests.unit.adapters.slack.test_errors import answered
from tests.unit.usecases.scenes import grant
from workers import notifications
from workers.notifications import (
    THREADS,
    UNSIFTED,
    Notifier,
    Sifter,
    notifier,
    opened,
    say_unseen,
)


class TroubledChat(MemoryChat):
    """A chat whose view of one request is broken."""

    broken = RequestId("")

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post, but for the broken one."""
        if notification.request.id == self.broken:
            raise BrokenInvariantError("a view broke a limit")
        return super().send(notification, thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A notifier in memory, and what is around it."""

    world: World
    chat: TroubledChat
    notifier: Notifier

    def ask(self, count: int) -> list[RequestId]:
        """Put so many pending requests, each with its promise."""
        ids = [request_id(n + 1) for n in range(count)]
        for name in ids:
            self.world.store.commit(
                Change(
                    move=MoveId(name),
                    requests=(replace(a_request(), id=name),),
                    promises=(card(name, NOON),),
                )
            )
        return ids

    def left(self) -> set[str]:
        """Return the requests whose promise is still there."""
        rows = self.world.agenda.promises(NOTIFICATIONS)
        return {subject for kind, subject in rows if kind is PromiseKind.CARD}

    def told(self) -> int:
        """Count the cards."""
        return len(self.chat.messages.get("C0APPROVE", []))


@pytest.fixture
def office() -> Iterator[Office]:
    """Return an office at noon."""
    world, chat = a_world(), TroubledChat()
    with notifier(world.notify(chat)) as mine:
        yield Office(world=world, chat=chat, notifier=mine)


def test_tell_goes_on_until_nothing_is_due(office: Office) -> None:
    """One wake-up tells everything, however much there is."""
    office.ask(THREADS * 3 + 1)
    office.notifier.work_off()
    assert office.told() == THREADS * 3 + 1
    assert not office.left()


def test_tell_goes_on_when_one_request_is_broken(office: Office) -> None:
    """A bug in one message is logged, holds up no other, and the agenda brings it back."""
    ids = office.ask(THREADS + 1)
    office.chat.broken = ids[0]
    with capture_logs() as logs:
        office.notifier.work_off()
    assert office.told() == THREADS
    assert office.left() == {ids[0]}
    assert [line["event"] for line in logs] == ["notifications.broken"]


def test_tell_says_loudly_what_slack_refuses(office: Office) -> None:
    """A channel without the bot is an error in the log, with the request and the reason."""
    (name,) = office.ask(1)
    office.chat.closed.add("C0APPROVE")
    with capture_logs() as logs:
        office.notifier.work_off()
    (line,) = logs
    assert (line["log_level"], line["request"], line["to"]) == ("error", name, "C0APPROVE")
    assert "not_in_channel" in line["why"]


def test_tell_leaves_the_rest_due_when_slack_is_down(office: Office) -> None:
    """Nothing is lost in an outage, and the worker does not spin on it."""
    ids = office.ask(THREADS)
    office.chat.trouble = TemporaryOutsideError("no answer")
    office.notifier.work_off()
    assert office.left() == set(ids)
    assert not office.world.agenda.claim(NOTIFICATIONS, 9)


def test_job_is_a_bug_when_no_desk_is_open() -> None:
    """The job does nothing in a process that was not started for it."""
    with pytest.raises(BrokenInvariantError):
        notifications.tell()


def test_job_uses_the_open_desk(office: Office) -> None:
    """RQ calls the function by its name; the notifier of the process is what it works at."""
    office.ask(1)
    with opened(office.notifier):
        notifications.tell()
    assert office.told() == 1


@pytest.mark.parametrize(
    "trouble",
    [
        PermanentOutsideError("missing_scope"),
        outside("users.info", answered(200, "missing_scope")),
    ],
    ids=["for good", "until the app is repaired"],
)
def test_a_holder_of_whom_slack_says_nothing_is_counted_and_said_once(
    office: Office, trouble: OutsideError
) -> None:
    """Who has left keeps what they hold as long as that lasts: nobody would hear of it."""
    world, counted = office.world, list[int]()
    grant(world)
    world.people.trouble = trouble
    with (
        notifier(world.notify(), say_unseen(lambda: counted.append(1))) as mine,
        capture_logs() as said,
    ):
        for _ in range(3):
            world.clock.advance(timedelta(minutes=2))
            mine.work_off()
    assert len(counted) == 3
    unseen = [line for line in said if line["event"] == "notifications.holders_unseen"]
    assert [line["key"] for line in unseen] == [str(trouble)]


def test_a_holder_for_whom_slack_has_us_wait_is_not_counted(office: Office) -> None:
    """Of many holders some always wait: that is no silence."""
    world, counted = office.world, list[int]()
    grant(world)
    world.people.trouble = TemporaryOutsideError("limited", delay=timedelta(seconds=7))
    with notifier(world.notify(), say_unseen(lambda: counted.append(1))) as mine:
        world.clock.advance(timedelta(minutes=1))
        mine.work_off()
    assert not counted


class Sifted:
    """A store that remembers how often it was sifted, and whether there was anything."""

    def __init__(self, inner: object, found: int) -> None:
        self._inner, self.found, self.times = inner, found, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def sift(self, keeper: str) -> int:
        """Sift nothing; say what there was."""
        assert keeper == NOTIFICATIONS
        self.times += 1
        return self.found


@pytest.mark.parametrize(("found", "times"), [(0, 1), (1, 4)])
def test_holders_who_hold_something_are_sifted_for_once_in_a_while(found: int, times: int) -> None:
    """Each time costs Redis a read for everybody who is to be looked at."""
    world, looks = a_world(), THREADS // 2
    store = Sifted(world.store, found)
    ports = replace(world.notify(), store=cast("Any", store))
    due = holder_row(PersonId("U0ALICE"), NOON)
    claims = [Claim(promise=due, until=NOON)] * looks
    sifter = Sifter()
    sifter.see(claims[1:], ports)
    for _ in range(4):
        sifter.see(claims, ports)
    assert store.times == times
    world.clock.advance(timedelta(seconds=UNSIFTED))
    sifter.see(claims, ports)
    assert store.times == times + 1
