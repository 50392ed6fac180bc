"""The words that people read for every state; a sign stands beside the word, never for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daypass.adapters.slack.text import code, inert, local_time, mention
from daypass.domain.duration import write_duration
from daypass.domain.ids import PersonId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.listing import few
from daypass.domain.request import GONE, Request, RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A state as people say it, with its sign."""

    sign: str
    word: str

    def __str__(self) -> str:
        """Read as the start of a card."""
        return f"{self.sign} *{self.word}*"


PENDING: Final = Word(sign="⏳", word="Pending")
GRANTING: Final = Word(sign="🔄", word="Granting")
GRANTED: Final = Word(sign="✅", word="Granted")
ENDING: Final = Word(sign="⌛", word="Ending")
ENDED: Final = Word(sign="🏁", word="Ended")
ENDS_SOON: Final = Word(sign="⏱️", word="Ends soon")
UNASKED: Final = Word(sign="⚠️", word="Nobody is asked yet")
PARTLY_ASKED: Final = Word(sign="⚠️", word="Not everybody is asked yet")
UNTOLD: Final = Word(sign="⚠️", word="Not told")
ASKED: Final = Word(sign="📨", word="Asked now")
TOLD: Final = Word(sign="📨", word="Told now")
WAITING: Final = Word(sign="🔔", word="Still waiting")
EXTENDING: Final = Word(sign="🔄", word="Extending")
EXTENDED: Final = Word(sign="➕", word="Extended")
NOT_EXTENDED: Final = Word(sign="⚠️", word="Not extended")
SHORTENED: Final = Word(sign="➖", word="Shortened")
DENIED: Final = Word(sign="⛔", word="Denied")
CANCELLED: Final = Word(sign="🚫", word="Cancelled")
TIMED_OUT: Final = Word(sign="⏰", word="Timed out")
FAILED: Final = Word(sign="⚠️", word="Failed")

_UNAPPROVED: Final[Mapping[RequestState, Word]] = {
    RequestState.PENDING: PENDING,
    RequestState.DENIED: DENIED,
    RequestState.CANCELLED: CANCELLED,
    RequestState.LAPSED: TIMED_OUT,
}
_LEASE: Final[Mapping[LeaseState, Word]] = {
    LeaseState.GRANTING: GRANTING,
    LeaseState.ACTIVE: GRANTED,
    LeaseState.REVOKING: ENDING,
    LeaseState.ENDED: ENDED,
}
_MOST_ALIVE: Final = (GRANTING, GRANTED, ENDING, FAILED, ENDED)
CAUSE: Final = 400
"""Characters of a cause that came from a cluster or a person."""
AT_ONCE: Final = "at once, or as soon as its cluster answers"
"""When what somebody ends is over: a message stands for long, and no cluster answers always."""
_CLUSTERS: Final = 10
"""Clusters in one sentence; the others are counted."""


def lease_word(lease: Lease) -> Word:
    """Return a lease's state; one that never came to be failed, also while it is undone."""
    return FAILED if lease.cause is EndCause.FAILED else _LEASE[lease.state]


def request_word(request: Request, leases: Sequence[Lease]) -> Word:
    """Return a request's state, after its approval that of its most lively lease."""
    if request.state is not RequestState.APPROVED:
        return _UNAPPROVED[request.state]
    if request.extends is not None:
        return _longer(request, leases)
    words = {lease_word(lease) for lease in leases}
    return next((word for word in _MOST_ALIVE if word in words), GRANTING)


def _longer(request: Request, leases: Sequence[Lease]) -> Word:
    """Return what became of a yes to more time: it may have come when the lease was over."""
    for lease in leases:
        for extension in lease.extensions:
            if extension.request == request.id and not extension.refused:
                done = EXTENDED if extension.done_at else EXTENDING
                return done if extension.done_at or lease.grantable else NOT_EXTENDED
    return NOT_EXTENDED


def not_all_known(clusters: Sequence[str]) -> str:
    """Say of clusters in restore mode that more may be there than is listed (law 4)."""
    where = few([code(name) for name in clusters], _CLUSTERS)
    return (
        f"⚠️ {where}: Daypass lost its memory and has not looked there since, so what is still "
        "there is not all known."
    )


def ends_later(clusters: Sequence[str]) -> str:
    """Say of clusters that are silent what is true there meanwhile (law 4)."""
    where = few([code(name) for name in clusters], _CLUSTERS)
    one = len(clusters) == 1
    silent, answers = ("does not answer", "it answers") if one else ("do not answer", "they answer")
    return (
        f"⚠️ {where} {silent} for now: what is to end there goes on until {answers}, and ends then, "
        "at once. Until then nothing there is granted or lasts longer."
    )


def unanswered(request: Request) -> str:
    """Say why a request lapsed."""
    if request.pointless:
        return GONE
    who = "not everybody" if request.approvals else "nobody"
    return f"{who} answered in {write_duration(request.timeout)}"


def headline(request: Request, leases: Sequence[Lease], limit: int = CAUSE) -> str:
    """Return a request's state; of several leases how many are granted, of one all there is.

    A cause has at most `limit` characters.
    """
    if request.extends is not None:
        return str(request_word(request, leases))
    if len(leases) == 1:
        return standing(leases[0], limit)
    word = str(request_word(request, leases))
    if not leases:
        return word
    granted = sum(lease.state is LeaseState.ACTIVE for lease in leases)
    return f"{word} · {granted} of {len(leases)} granted"


def standing(lease: Lease, limit: int = CAUSE) -> str:
    """Return a lease's state in one line: until when, or why it is over."""
    match lease.state:
        case LeaseState.ACTIVE:
            return _until(lease)
        case LeaseState.GRANTING if lease.why:
            by = local_time(lease.provision_by)
            return f"{GRANTING} · not yet: {_clause(lease.why, limit)}. Tried again until {by}"
        case LeaseState.GRANTING:
            return str(GRANTING)
        case LeaseState.REVOKING if lease.kept:
            kept = f"*Not gone yet:* {_clause(lease.kept, limit)}"
            return f"{lease_word(lease)} · {_over(lease, limit)}. {kept}"
        case LeaseState.REVOKING | LeaseState.ENDED:
            return f"{lease_word(lease)} · {_over(lease, limit)}"


def cause(lease: Lease, limit: int = CAUSE, *, by: str = "") -> str:
    """Say why a lease is over, or about to be; `by` stands for the mention of who revoked it."""
    # By account: a name is what its owner calls themselves.
    by = by or mention(PersonId(lease.ended_by)) or "an approver"
    why = _clause(lease.why, limit)
    match lease.cause:
        case EndCause.EXPIRED | None:
            return "its time is up"
        case EndCause.RELEASED:
            return "released by its holder"
        case EndCause.REVOKED:
            return f"revoked by {by}" + (f": {why}" if why else "")
        case EndCause.FAILED:
            return why or "the cluster did not confirm it"
        case EndCause.DRIFTED:
            return "it was removed or changed on the cluster"
        case EndCause.OFFBOARDED:
            return why or "its holder may not have it any more"


def _clause(why: str, limit: int) -> str:
    """Return a reason as a part of a sentence: without the full stop of its own."""
    return inert(why.rstrip(". "), limit)


def _over(lease: Lease, limit: int) -> str:
    if lease.state is LeaseState.REVOKING:
        return f"{cause(lease, limit)}; being removed from the cluster"
    at = f", {local_time(lease.ended_at)}" if lease.ended_at else ""
    still = f"; still allowed by {inert(lease.still, limit)}" if lease.still else ""
    return f"{cause(lease, limit)}; nothing of it is left{at}{still}"


def _until(lease: Lease) -> str:
    if lease.ends_at is None:
        return str(GRANTED)
    later = f"; being extended to {local_time(one.until)}" if (one := lease.extension) else ""
    return f"{GRANTED} until {local_time(lease.ends_at)}{later}"
