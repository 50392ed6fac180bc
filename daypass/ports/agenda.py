"""The promises: who must look at what, and when; and who is alive to do it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from daypass.domain.vouching import Vouch

TIMEKEEPER = ""
"""The set of promises that the timekeeper itself looks after (key `due`)."""
NOTIFICATIONS = "@notifications"
"""The set of the notifications worker; any other set bears the name of a cluster."""

HURRIED: Final = timedelta(seconds=10)
"""The longest wait between two tries of an end, a grant or an extension that we choose ourselves;
a server that asks for more (`Retry-After`) gets it. Whoever looks too early looks again on time."""


class PromiseKind(StrEnum):
    """What has to be looked at when a row of the agenda is due."""

    PROVISION = "provision"  # a lease: grant it
    END = "end"  # a lease: end it and revoke
    RECHECK = "recheck"  # an ended lease: has a late create landed after all?
    LAPSE = "lapse"  # a request: nobody answered
    CARD = "card"  # a request: tell Slack what is true now
    RECONCILE = "reconcile"  # a cluster: compare both sides, look around
    ADJUST = "adjust"  # a lease: make its objects' end what the lease's is to be
    WARN = "warn"  # a lease: tell its holder that it ends soon
    REMIND = "remind"  # a request: tell its approvers that it still waits
    HOLDER = "holder"  # a person who holds leases: may they still?
    SHIFTS = "shifts"  # a cluster: tell what levels rest on that shifted
    RETAIN = "retain"  # nobody in particular: forget what is older than it has to be kept


PUT_OFF: Final = frozenset({PromiseKind.PROVISION, PromiseKind.END, PromiseKind.ADJUST})
"""Whoever sees to one of these too early only puts it off again."""


def kinds_of(keeper: str) -> Collection[PromiseKind]:
    """Return the kinds of promises that a keeper sees to; a row of another is nobody's."""
    return _KINDS.get(keeper, _OF_CLUSTERS)


_OF_CLUSTERS: Final = PUT_OFF | {PromiseKind.RECHECK, PromiseKind.RECONCILE}
_KINDS: Final[Mapping[str, frozenset[PromiseKind]]] = MappingProxyType(
    {
        TIMEKEEPER: frozenset({PromiseKind.LAPSE, PromiseKind.RETAIN}),
        NOTIFICATIONS: frozenset(
            {
                PromiseKind.CARD,
                PromiseKind.WARN,
                PromiseKind.REMIND,
                PromiseKind.HOLDER,
                PromiseKind.SHIFTS,
            }
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Somebody must look at `subject` (a request or lease) at `at`; one row of the agenda."""

    keeper: str
    kind: PromiseKind
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A due promise that is ours until `until`; then it is due again, whatever became of us."""

    promise: Promise
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of what is claimed at once up to `most` of these kinds; of all where there are none.

    `most` is at least one.
    """

    kinds: Collection[PromiseKind] = ()
    most: int


class Agenda(Protocol):
    """The promises: a set of them for each keeper."""

    def claim(
        self, keeper: str, limit: int, kinds: Collection[PromiseKind] = ()
    ) -> Sequence[Claim]:
        """Claim up to `limit` promises of one keeper that are due, earliest first.

        With `kinds` only those of them, however many others have been due for longer. What nobody
        sees to, for it names nothing or is of no kind of this keeper, is taken away and said.
        """
        ...

    def claim_shares(self, keeper: str, shares: Sequence[Share]) -> Sequence[Claim]:
        """Claim as `claim` does, share by share, in one look at the set.

        None of what comes after a share that is full: more of that one is due.
        """
        ...

    def ensure(self, *promises: Promise, within: timedelta) -> None:
        """Make sure that a row of each stands, due no later than `within` after its moment.

        After now, where that moment has passed. One that is missing, or due later, is written
        anew at its moment: a row only comes nearer. One round trip.
        """
        ...

    def finish(self, claim: Claim) -> bool:
        """Remove what was claimed; False when a move has rescored the row since."""
        ...

    def postpone(self, claim: Claim, to: datetime) -> bool:
        """Make what was claimed due at `to`; False when a move has rescored the row since."""
        ...

    def overdue(self, keepers: Collection[str]) -> Mapping[str, int]:
        """Count overdue promises of each of these keepers, those without any left out."""
        ...

    def oldest(self, keepers: Collection[str]) -> Mapping[str, datetime]:
        """Return since when the oldest overdue promise of each keeper is due, if any is."""
        ...

    def soon(self, keeper: str, kind: PromiseKind, until: datetime, *, among: int) -> Sequence[str]:
        """Name what one kind of promise due by then is about, `among` so many of the keeper's."""
        ...

    def hurry(self, keeper: str) -> int:
        """Make due now what one keeper put off by up to HURRIED; say how many rows that were.

        For a cluster that came back; only rows of PUT_OFF.
        """
        ...

    def queued(self) -> Mapping[str, int]:
        """Count the wake-ups that no worker took yet, by queue."""
        ...

    def wake(self, keeper: str) -> bool:
        """Enqueue a wake-up for that keeper unless one is outstanding; say whether it was."""
        ...


DUTY_HELD: Final = timedelta(seconds=3)
"""After a holder's last word a duty is anybody's; it is renewed each second."""


def watch_of(cluster: str) -> str:
    """Name the duty to watch a cluster, and the pulse of whoever sees all that happens there."""
    return f"watch:{cluster}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How many promises of whom are overdue, those without any left out; and until when none is.

    `quiet`: nothing that is known of is due for so long; zero where something is, at most QUIET.
    """

    overdue: Mapping[str, int]
    quiet: timedelta


QUIET: Final = timedelta(minutes=1)
"""Further than that nobody looks ahead."""


class Heartbeats(Protocol):
    """Which processes are alive, and who does what only one of them is to do."""

    def beat(self, process: str) -> None:
        """Note that `process` is alive now."""
        ...

    def idle(self, process: str, keepers: Collection[str]) -> Outlook:
        """Note that `process` is alive unless promises of these keepers are overdue.

        One round trip, for it is asked all the time.
        """
        ...

    def heard(self, process: str) -> datetime | None:
        """Return when `process` last beat, to the second, or vouched."""
        ...

    def vouch(self, process: str, vouch: Vouch) -> None:
        """Note that `process` is alive and sees all that it is to see."""
        ...

    def vouched(self, process: str) -> Vouch | None:
        """Return what `process` said last; who only beat said it without a MAC."""
        ...

    def take_duty(self, duty: str, holder: str) -> bool:
        """Take a duty that nobody has, or keep it for DUTY_HELD; False while another has it."""
        ...
