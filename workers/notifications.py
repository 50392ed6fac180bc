"""The notifications worker: tells Slack, and asks it about who holds leases.

It holds the Slack token and reaches no cluster. Nothing waits for it: whatever happens here, access
is granted and revoked on time.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog
from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.meters import Meters, unseen_holders
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.said import Said
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trust import trust
from daypass.adapters.rq.routes import NOTIFICATIONS_ROUTE
from daypass.adapters.slack.chat import SlackChat
from daypass.adapters.slack.client import connect as connect_slack
from daypass.adapters.slack.holders import SlackHolders
from daypass.adapters.yaml.load import load
from daypass.domain.errors import BrokenInvariantError, OutsideError, TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.notification import Unsaid
from daypass.ports import NOTIFICATIONS, Claim, NotifyPorts, PromiseKind, kinds_of
from daypass.settings import NotificationsSettings
from daypass.usecases.incident.offboard import Unseen, offboard
from daypass.usecases.notifications.announce import announce
from daypass.usecases.notifications.notify import notify
from workers.jobs import take_jobs
from workers.liveness import Say, to_nobody
from workers.outermost import loudly
from workers.unasked import Unasked, log_offboarded, looking

THREADS: Final = 4
"""Requests told about at once; Slack takes about one post per second and channel anyway."""
LOOKS: Final = (PromiseKind.HOLDER,)
MESSAGES: Final = tuple(sorted(set(kinds_of(NOTIFICATIONS)) - set(LOOKS)))
LONGEST: Final = 10.0
"""Seconds after which another wake-up goes on, well within RQ's own time limit for a job."""

UNSIFTED: Final = 30.0
"""Seconds before it is looked for rows of nothing again where there were none: as often as holders
are looked at."""

_log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Sifter:
    """Lets looks at who holds nothing go, where many are due: somebody wrote them by thousands.

    Whoever has left would keep what they hold until each of them was seen to. Where there were
    none, people are looked at because they hold something: to find that out again costs Redis.
    """

    again_at: float = -math.inf

    def see(self, claims: Sequence[Claim], ports: NotifyPorts) -> None:
        """Sift, where as many looks were claimed as are at once, and it may be of use."""
        now, looks = ports.clock.ticks(), sum(claim.promise.kind in LOOKS for claim in claims)
        if looks < THREADS // 2 or now < self.again_at:
            return
        if not ports.store.sift(NOTIFICATIONS):
            self.again_at = now + UNSIFTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifier:
    """What one process of this role works with: its ports and a few threads."""

    ports: NotifyPorts
    threads: ThreadPoolExecutor
    unasked: Unasked
    unseen: Unseen = lambda _: None
    said: Said = field(default_factory=Said)
    sifter: Sifter = field(default_factory=Sifter)

    def work_off(self) -> None:
        """Tell what is due until nothing is, for LONGEST; then wake another.

        No more is claimed at once than is told at once, so that no claim runs out in a queue.
        """
        clock = self.ports.clock
        until = clock.ticks() + LONGEST
        while clock.ticks() < until:
            claims = self._claim()
            if not claims:
                return
            list(self.threads.map(self._loudly, claims))
            self.sifter.see(claims, self.ports)
        self.ports.agenda.wake(NOTIFICATIONS)

    def _claim(self) -> Sequence[Claim]:
        """Claim as much as is seen to at once: looks at holders wait behind no messages."""
        claim = self.ports.agenda.claim
        looks = claim(NOTIFICATIONS, THREADS // 2, LOOKS)
        return [*looks, *claim(NOTIFICATIONS, THREADS - len(looks), MESSAGES)]

    def _loudly(self, claim: Claim) -> None:
        """See to one thing; whatever escapes is logged, and the agenda brings the claim back."""
        kind, subject = claim.promise.kind.value, claim.promise.subject
        where = {"kind": kind, "subject": subject}
        loudly(lambda: self._see_to(claim), claim, role="notifications", said=self.said, **where)

    def _see_to(self, claim: Claim) -> None:
        if claim.promise.kind is PromiseKind.HOLDER:
            log_offboarded(offboard(claim, self.ports, unseen=self.unseen))
            self.unasked.saw(PersonId(claim.promise.subject))
            return
        if claim.promise.kind is PromiseKind.SHIFTS:
            self._announce(claim)
            return
        if (unsaid := notify(claim, self.ports)) is not None:
            _report(unsaid)

    def _announce(self, claim: Claim) -> None:
        cluster = claim.promise.subject
        for trouble in announce(claim, self.ports):
            _log.error("notifications.unannounced", cluster=cluster, why=str(trouble))


def _report(unsaid: Unsaid) -> None:
    to = ", ".join(unsaid.to)
    _log.error("notifications.unsaid", request=unsaid.request, to=to, why=unsaid.why)


@contextmanager
def notifier(ports: NotifyPorts, unseen: Unseen = lambda _: None) -> Iterator[Notifier]:
    """Have a notifier; its threads end with it."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="tell") as threads:
        unasked = Unasked(ports=ports, unseen=unseen)
        yield Notifier(ports=ports, threads=threads, unasked=unasked, unseen=unseen)


def say_unseen(count: Callable[[], None]) -> Unseen:
    """Return what counts each look that found nothing out, and logs each reason once an hour.

    Whom Slack asks to wait it answers later; not where somebody has to mend the app first.
    """
    said = Said()

    def unseen(trouble: OutsideError) -> None:
        waits = isinstance(trouble, TemporaryOutsideError) and trouble.delay is not None
        if waits and not trouble.remedy:
            return
        count()
        said.error(
            "notifications.holders_unseen", str(trouble), "who has left keeps what they hold"
        )

    return unseen


def ports_of(settings: NotificationsSettings) -> NotifyPorts:
    """Read the configuration and wire everything; asks Redis for the time.

    Raises:
        ConfigurationError: the configuration has faults.
        SettingsError: Redis may forget what it acknowledges, or is another install's; or the app
            is installed elsewhere.
    """
    client = connect(settings.redis_url)
    meters = Meters(CollectorRegistry())
    clock = RedisClock(client)
    read_at = clock.now()
    catalog = load(settings.config).catalog
    trust(client, install=catalog.install, unsafe=settings.redis_unsafe)
    slack = connect_slack(settings.slack_bot_token, settings.slack_base_url)
    people = SlackHolders(
        slack, clock.now, catalog.look_at_holders / 2, workspace=settings.slack_workspace
    )
    _hold_against_slack(people)
    return NotifyPorts(
        catalog=catalog,
        store=RedisStore(client, told=meters.count),
        clock=clock,
        agenda=RedisAgenda(client, told=meters.count_put_off),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        ids=RandomIds(),
        chat=SlackChat(slack, catalog, settings.command),
        people=people,
        read_at=read_at,
    )


def _hold_against_slack(people: SlackHolders) -> None:
    """Let no worker start that would ask the wrong workspace; an outage of Slack stops none."""
    try:
        people.hold_against_slack()
    except OutsideError as trouble:
        _log.warning("notifications.unasked", why=str(trouble))


_OPEN: Final[list[Notifier]] = []
"""What this process works with: RQ calls `tell` by its name and brings nothing."""


@contextmanager
def opened(mine: Notifier) -> Iterator[None]:
    """Let jobs of this process work with that one."""
    _OPEN.append(mine)
    try:
        yield
    finally:
        _OPEN.remove(mine)


def tell() -> None:
    """Tell Slack what is due: the one function that jobs of the queue `notifications` may call."""
    if not _OPEN:
        raise BrokenInvariantError("this process was not started as a notifications worker")
    _OPEN[-1].work_off()


def run(settings: NotificationsSettings, say: Say = to_nobody) -> None:
    """Be a notifications worker until SIGTERM, and `say` that it moves.

    Raises:
        ConfigurationError: the configuration has faults.
    """
    unseen = say_unseen(unseen_holders(CollectorRegistry()))
    with notifier(ports_of(settings), unseen) as mine, opened(mine), looking(mine.unasked):
        take_jobs(settings.redis_url, NOTIFICATIONS_ROUTE, say)
