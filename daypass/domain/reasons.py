"""Every reason for a no, as data; its text is the one sentence that people read, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from daypass.domain.duration import write_duration
from daypass.domain.people import Distrust


def either(names: Sequence[str], link: str = "or") -> str:
    """Join names as a sentence does: `a, b or c`."""
    *first, last = names
    return f"{', '.join(first)} {link} {last}" if first else last


def _nearest(names: Sequence[str]) -> str:
    return f" Did you mean {either(names)}?" if names else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason; every kind of it is a subclass below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nobody(Reason):
    """The account is not trusted (law 5)."""

    name: str
    why: Distrust

    def __str__(self) -> str:
        """Name the account and what is wrong with it."""
        return f"{self.name} cannot use Daypass: {self.why}."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCluster(Reason):
    """No such cluster."""

    name: str
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        """Offer the nearest names."""
        return f"There is no cluster “{self.name}”.{_nearest(self.nearest)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownLevel(Reason):
    """No such privilege level."""

    name: str
    nearest: tuple[str, ...]

    def __str__(self) -> str:
        """Offer the nearest names."""
        return f"There is no level “{self.name}”.{_nearest(self.nearest)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOffered(Reason):
    """The level exists, but not on that cluster."""

    level: str
    cluster: str
    offered_on: tuple[str, ...]

    def __str__(self) -> str:
        """Say where it is offered."""
        where = f" It is offered on {either(self.offered_on, 'and')}." if self.offered_on else ""
        return f"{self.level} is not offered on {self.cluster}.{where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceNotAllowed(Reason):
    """The level does not hold in that namespace."""

    level: str
    namespace: str
    allowed: tuple[str, ...]

    def __str__(self) -> str:
        """Say which namespaces are allowed."""
        if not self.allowed:
            return f"{self.level} takes no namespace: it is not limited to one."
        return f"{self.level} cannot be had in {self.namespace}, only in {either(self.allowed)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceNeeded(Reason):
    """The level holds in namespaces that the person has to pick."""

    level: str
    choose: tuple[str, ...]

    def __str__(self) -> str:
        """Say how to pick."""
        return f"{self.level} needs --namespace, one of {either(self.choose)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWorkflow(Reason):
    """No workflow lets this person ask for that."""

    level: str
    cluster: str

    def __str__(self) -> str:
        """Say that nothing matches."""
        return f"No workflow lets you ask for {self.level} on {self.cluster}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonMissing(Reason):
    """The workflow wants a reason."""

    workflow: str

    def __str__(self) -> str:
        """Say how to give one."""
        return f'Workflow {self.workflow} needs a reason: --reason "…".'


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonTooLong(Reason):
    """The reason has too many characters."""

    length: int
    most: int

    def __str__(self) -> str:
        """Give both numbers."""
        return f"The reason has {self.length:,} characters; {self.most:,} is the most."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonHoldsSecret(Reason):
    """The reason looks as if a token or key was pasted into it (law 9)."""

    def __str__(self) -> str:
        """Say what to do about it."""
        return (
            "The reason seems to hold a token or key. It was not stored; "
            "if it is real, replace it, for Slack has seen it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationTooLong(Reason):
    """More than the workflow's most."""

    asked: timedelta
    most: timedelta
    workflow: str

    def __str__(self) -> str:
        """Give both lengths."""
        asked, most = write_duration(self.asked), write_duration(self.most)
        return f"{asked} is too long: workflow {self.workflow} gives at most {most}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotShorter(Reason):
    """An approver may shorten, never lengthen."""

    given: timedelta
    asked: timedelta

    def __str__(self) -> str:
        """Give both lengths."""
        given, asked = write_duration(self.given), write_duration(self.asked)
        return (
            f"{given} is longer than the {asked} that were asked for; an approver may only shorten."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPossibleApprover(Reason):
    """Nobody, or not enough people, could say yes."""

    workflow: str
    by: tuple[str, ...]
    needed: int
    possible: int

    def __str__(self) -> str:
        """Name who would have to."""
        return (
            f"Workflow {self.workflow} needs {self.needed} of {either(self.by)}, "
            f"and there are {self.possible} who could say yes to you."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking(Reason):
    """The cluster does not have what the level needs."""

    level: str
    cluster: str
    what: tuple[str, ...]

    def __str__(self) -> str:
        """Name what is missing."""
        return f"{self.level} cannot be granted: {self.cluster} has no {either(self.what)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterUnavailable(Reason):
    """Nothing fresh is known of the cluster, so nothing is granted there (interlock)."""

    cluster: str

    def __str__(self) -> str:
        """Say what is known."""
        return f"{self.cluster} is unavailable: it was not checked successfully of late."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTimekeeper(Reason):
    """Nobody watches the ends, so nothing new is granted (interlock)."""

    def __str__(self) -> str:
        """Say that it is for safety."""
        return "No access is granted while no timekeeper runs, for nobody would end it on time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden(Reason):
    """Never granted, whatever the configuration says."""

    what: str

    def __str__(self) -> str:
        """Name it."""
        return f"{self.what} is never granted."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFull(Reason):
    """Too many cluster-wide leases at once; each slows every access review there."""

    cluster: str
    most: int

    def __str__(self) -> str:
        """Give the cap."""
        return f"{self.cluster} already has {self.most} cluster-wide leases, the most at one time."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRequest(Reason):
    """No such request or lease, or none that this person may see."""

    text: str

    def __str__(self) -> str:
        """Quote what was written."""
        return f"There is no request or lease “{self.text}”. `requests` and `leases` list yours."


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichOne(Reason):
    """The id was left out and several things fit."""

    what: str
    ids: tuple[str, ...]

    def __str__(self) -> str:
        """List them, or say that there is none."""
        if not self.ids:
            return f"You have no {self.what}."
        return f"Which {self.what}? You have {either(self.ids, 'and')}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnApprover(Reason):
    """This person may not decide this request."""

    could: tuple[str, ...]

    def __str__(self) -> str:
        """Say who could."""
        return f"You are not an approver of this request. {either(self.could)} could say yes."


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfApproval(Reason):
    """Nobody approves their own request, by account or by cluster username."""

    could: tuple[str, ...]

    def __str__(self) -> str:
        """Say who could."""
        return f"Nobody approves their own request. {either(self.could)} could say yes."


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAlready(Reason):
    """Nobody counts twice."""

    def __str__(self) -> str:
        """Say that it is counted."""
        return "Your yes is already counted; the request waits for somebody else."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPending(Reason):
    """The request is decided or over."""

    request: str
    state: str
    by: str

    def __str__(self) -> str:
        """Say what it is and who made it so."""
        by = f" by {self.by}" if self.by else ""
        return f"Request {self.request} is already {self.state}{by}."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyEnding(Reason):
    """The lease is over, or about to be."""

    lease: str
    state: str

    def __str__(self) -> str:
        """Say what it is."""
        return f"Lease {self.lease} is already {self.state}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYours(Reason):
    """Only the requester, or the people named, may do that."""

    verb: str
    what: str
    could: tuple[str, ...]

    def __str__(self) -> str:
        """Say who could."""
        return f"You may not {self.verb} {self.what}. {either(self.could)} could."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChanged(Reason):
    """What was approved is no longer what the rules say."""

    what: str

    def __str__(self) -> str:
        """Say what no longer holds."""
        return f"The rules changed since it was asked for: {self.what}"
