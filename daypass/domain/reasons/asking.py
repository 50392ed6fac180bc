"""Why something may not be asked for, or not be granted now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from daypass.domain.duration import EXAMPLES, write_duration
from daypass.domain.listing import few
from daypass.domain.people import Distrust
from daypass.domain.reasons.reason import Reason, either

_LEVELS: Final = 5
"""Levels named in a sentence; the catalog lists all."""


def _nearest(names: Sequence[str]) -> str:
    return f" Did you mean {either(names)}?" if names else ""


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
    """No workflow lets this person ask for that; who approves it, or reads its card, is another."""

    who: str
    level: str
    cluster: str

    def __str__(self) -> str:
        """Say that nothing matches."""
        return f"No workflow lets {self.who} ask for {self.level} on {self.cluster}."


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
class HoldsSecret(Reason):
    """What was written looks as if a token or key was pasted into it (law 9)."""

    kind: str

    def __str__(self) -> str:
        """Say what it seems to be and what to do about it; never what it is."""
        return (
            f"What you wrote seems to hold a secret ({self.kind}). Nothing was stored. If it is "
            "real, replace it, for it was seen on the way here; if not, write it otherwise."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLevel(Reason):
    """No level was named, and no workflow says which one is meant then."""

    who: str
    cluster: str
    offered: tuple[str, ...] = ()
    """Those that the person may ask for there."""

    def __str__(self) -> str:
        """Say which may be named, and how."""
        if not self.offered:
            return f"No workflow lets {self.who} ask for any level on {self.cluster}."
        may = few(self.offered, _LEVELS)
        return (
            f"Which level? None was named, and none is the default on {self.cluster}. You may ask "
            f"for {may}: say it with --k8sGroup={self.offered[0]}; “catalog” lists them."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPositive(Reason):
    """No time at all."""

    given: timedelta

    def __str__(self) -> str:
        """Give an example."""
        return f"{self.given.total_seconds():g} s is not longer than zero; write {EXAMPLES}."


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
            f"and there are {self.possible} who could say yes."
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
class Frozen(Reason):
    """Somebody stopped new grants, everywhere or on the cluster `where`: an account or a login."""

    by: str
    why: str
    where: str

    def __str__(self) -> str:
        """Say who, where and why."""
        where = f" on {self.where}" if self.where else ""
        why = f": {self.why.rstrip('. ')}" if self.why else ""
        return f"No access is granted{where} for now; {self.by} stopped it{why}."

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whoever froze it, where that was done in Slack."""
        return (self.by,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring(Reason):
    """The store was lost or set back; what is on the cluster is looked at first."""

    cluster: str

    def __str__(self) -> str:
        """Say that it passes."""
        return (
            f"Daypass lost its memory and looks at what is on {self.cluster} first; "
            "mostly that takes seconds."
        )


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
