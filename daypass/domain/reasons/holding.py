"""Why somebody does not get what they have, or wait for, already; and not too much of anything."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.reasons.reason import Reason, either
from daypass.domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Reason):
    """The level is had at one time as often as its workflow lets, in one of the places asked for.

    `there` is the lease that gives it, or the request that asks for it; `free` are those of the
    namespaces asked for in which it is not.
    """

    there: LeaseId | RequestId
    level: str
    cluster: str
    scope: Scope
    most: int
    free: tuple[str, ...]

    @property
    def _bound(self) -> str:
        times = "once" if self.most == 1 else f"at most {self.most} times"
        return f"One person has it {times} in one place at one time."


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAlready(Taken):
    """A lease gives it. `until` is None while it is being granted.

    `more` is how much longer it is usually extended; zero where it takes no more time. `others`
    tells that another account holds it, which the cluster takes for the same one.
    """

    until: datetime | None
    more: timedelta
    others: bool = False

    def __str__(self) -> str:
        """Say until when, and by which lease."""
        if self.until is None:
            said = f"{self.level} is being granted on {self.cluster} already: lease {self.there}"
        else:
            end = self.until.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
            said = (
                f"{self.level} is held on {self.cluster} already: "
                f"lease {self.there} lasts until {end}"
            )
        over = "" if self.more or self.until is None else " It takes no more time."
        if self.others:
            over = " Another account holds it that is the same user there."
        return f"{said}, {self.scope}. {self._bound}{over}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAlready(Taken):
    """A request for it waits for people."""

    by: tuple[str, ...]

    def __str__(self) -> str:
        """Say for whom it waits, and which request it is."""
        return (
            f"{self.level} is asked for on {self.cluster} already: request {self.there} waits "
            f"for {either(self.by)}, {self.scope}. {self._bound}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TooOften(Reason):
    """The fuse: nobody is granted more leases on one cluster within a minute."""

    cluster: str
    most: int

    def __str__(self) -> str:
        """Give the number, and say that it passes."""
        return (
            f"{self.most} leases within a minute are the most that one person is granted on "
            f"{self.cluster}; a minute later there can be more."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyUndecided(Reason):
    """Somebody waits for as many requests as one person may."""

    given: int
    most: int

    def __str__(self) -> str:
        """Give the numbers, and what makes room."""
        return (
            f"{self.given} of your requests wait for an answer, and {self.most} are the most at "
            "one time: “requests” lists them, “cancel ID” takes one back."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMuchHeld(Reason):
    """Somebody has so much on one cluster that no more of it could be counted."""

    cluster: str

    def __str__(self) -> str:
        """Say what makes room."""
        return (
            f"So much is held on {self.cluster} by one person already that no more could be "
            "counted: release some of it, or wait until some of it ends."
        )
