"""Why somebody may not decide, end, cancel or see something that was asked for."""

from dataclasses import dataclass
from datetime import timedelta

from daypass.domain.duration import write_duration
from daypass.domain.reasons.reason import Reason, either


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
class UnknownRequest(Reason):
    """No such request or lease, or none that this person may see."""

    text: str

    def __str__(self) -> str:
        """Quote what was written."""
        return f"There is no request or lease “{self.text}”. “requests” and “leases” list yours."


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

    could: tuple[str, ...]

    def __str__(self) -> str:
        """Say that it is counted, and whose it waits for."""
        return (
            "Your yes is already counted, and nobody counts twice. "
            f"The request waits for another one, of {either(self.could)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededLater(Reason):
    """This yes now would use up somebody whom a later step needs."""

    could: tuple[str, ...]

    def __str__(self) -> str:
        """Say who has to answer first."""
        return (
            "Your yes is needed for a later step: nobody counts twice, and without you too few "
            f"could say yes there. Let somebody else of {either(self.could)} say yes first."
        )


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

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whoever decided, if anybody did."""
        return (self.by,) if self.by else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWhole(Reason):
    """A request of several levels is answered or withdrawn as a whole."""

    request: str
    levels: int
    verb: str

    def __str__(self) -> str:
        """Give the line for the whole of it."""
        whole = f"“{self.verb} {self.request}” is the line for that"
        return f"One answer holds for all {self.levels} levels of a request: {whole}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLease(Reason):
    """The request never became a lease, or not yet."""

    request: str
    state: str

    def __str__(self) -> str:
        """Say how it stands."""
        return f"Request {self.request} is {self.state}: there is no lease of it."


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
    """What was approved is no longer what the rules say, of the levels or of who asks."""

    what: str

    def __str__(self) -> str:
        """Say what no longer holds."""
        return f"The rules come to something else than when it was asked for: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged(Reason):
    """A level allows something else than what people were asked about; the yes does not count."""

    changes: tuple[str, ...]

    def __str__(self) -> str:
        """Say what it is now, and what to do."""
        return (
            f"{' '.join(self.changes)} Nothing was approved: every yes up to now was for what it "
            "was before. Read the card again, which says what it is now, and answer anew."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain(Reason):
    """The card was brought up to date a moment ago, or is yet to be; nobody can have read it."""

    def __str__(self) -> str:
        """Say what to do."""
        return (
            "What this request is about was changed a moment ago; its card says so, or is about "
            "to. Read it again, and answer then."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OldCard(Reason):
    """A yes to what the request was before: typed, on a copy of its card, or in an old dialog."""

    def __str__(self) -> str:
        """Say where to read what it is."""
        return (
            "What this request is about was changed meanwhile. Only a button that stands beside "
            "what it is now says yes to it: read its card again, the newest if there are several, "
            "and answer there."
        )
