"""Why a lease's end cannot be moved as somebody wants it."""

from dataclasses import dataclass
from datetime import timedelta

from daypass.domain.duration import write_duration
from daypass.domain.reasons.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NotGrantedYet(Reason):
    """The lease has no end yet that could be moved."""

    lease: str

    def __str__(self) -> str:
        """Say when it will have one."""
        return f"Lease {self.lease} is still being granted; its end can be moved once it is."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver(Reason):
    """Daypass had forgotten the lease: it goes on until its end and no longer."""

    lease: str

    def __str__(self) -> str:
        """Say what helps."""
        return (
            f"Lease {self.lease} was taken over from the cluster after Daypass had lost its "
            "memory; it cannot be extended. Ask for access again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Reason):
    """The lease is for another user of the cluster than its holder is by now."""

    lease: str
    cluster: str
    was: str
    now: str

    def __str__(self) -> str:
        """Say for whom it is, and what helps."""
        return (
            f"Lease {self.lease} was given to the user {self.was} of {self.cluster}, and its "
            f"holder is {self.now} there by now; it cannot be extended. Ask for access again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BeingExtended(Reason):
    """More time was given already, and the cluster does not know yet."""

    lease: str

    def __str__(self) -> str:
        """Say that it is being done."""
        return f"Lease {self.lease} is being extended already."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Reason):
    """More time was asked for already, and nobody has answered yet."""

    lease: str
    request: str

    def __str__(self) -> str:
        """Name the request that waits."""
        return f"More time for lease {self.lease} is asked for already: request {self.request}."


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTooOften(Reason):
    """The end was moved as often as is kept of one lease."""

    lease: str
    most: int

    def __str__(self) -> str:
        """Say what can be done with it."""
        return (
            f"The end of lease {self.lease} was moved {self.most} times, and no more is kept of "
            "one lease. Released or revoked it ends; then ask for access again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLongInAll(Reason):
    """With that extension the lease would last longer than anybody may say yes to."""

    lease: str
    total: timedelta
    most: timedelta
    left: timedelta

    def __str__(self) -> str:
        """Say what is left; the corrected line asks for it."""
        total, most = write_duration(self.total), write_duration(self.most)
        left = f"{write_duration(self.left)} more" if self.left > timedelta(0) else "nothing more"
        return (
            f"Lease {self.lease} would last {total} in all; {most} is the most. It can have {left}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyToAsk(Reason):
    """Somebody else set the end of a lease, and its workflow asks nobody who could say yes."""

    lease: str
    left: timedelta

    def __str__(self) -> str:
        """Say what is left, and what to do instead."""
        left = f"{write_duration(self.left)} more" if self.left > timedelta(0) else "nothing more"
        return (
            f"Somebody else decided when lease {self.lease} ends, and its workflow has nobody who "
            f"could say yes to more. It can have {left}; once it is over ask for access again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingLeft(Reason):
    """So much taken off the end, the lease would be over already."""

    lease: str
    left: timedelta

    def __str__(self) -> str:
        """Point to what ends a lease at once."""
        return (
            f"Lease {self.lease} has {write_duration(self.left)} left; to end it at once there are "
            "“release” for its holder and “revoke” for approvers."
        )
