"""How far Slack was told of a request: what is known, what came of it, how long to wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.lease import Lease
from daypass.domain.notification import Cards, Receipt, Unsaid, standing
from daypass.domain.request import Request, RequestState
from daypass.domain.shift import Shift
from daypass.usecases.shared.pauses import Backoff

TELLING: Final = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=30), share=1)
"""Until Slack is tried again that does not answer: so a short outage costs no more than itself."""
ASKING: Final = Backoff(first=timedelta(seconds=5), longest=timedelta(minutes=1), share=1)
"""Until people are asked again for what Slack does not take; somebody waits for them."""
LOGGING: Final = Backoff(first=timedelta(seconds=5), longest=timedelta(hours=1), share=1)
"""The same where nobody waits for an answer any more."""
SILENT: Final = "Slack does not answer."


@dataclass(slots=True, kw_only=True)
class Progress:
    """One look at one request, and what it came to."""

    request: Request
    leases: tuple[Lease, ...]
    receipts: dict[str, Receipt]
    at: datetime
    parents: Mapping[str, Receipt]
    """The cards of the lease that the request extends, by their channel."""
    known: Unsaid | None
    """What was unsaid before."""
    shifts: tuple[Shift, ...] = ()
    """What shifted since it was asked of what it rests on."""
    refused: dict[str, str] = field(default_factory=dict)
    """Whereto Slack takes no message, and why."""
    wait: timedelta | None = None

    @property
    def cards(self) -> Cards:
        """Where the request's cards stand."""
        return standing(self.receipts)

    def thread(self, channel: str) -> Receipt | None:
        """Return the card under which everything about the request goes in a channel."""
        own = self.receipts.get(self.cards.get(channel, ""))
        return self.parents.get(channel, own)

    @property
    def versions(self) -> tuple[int, ...]:
        """What tells one state of the request from another."""
        return (self.request.version, *(lease.version for lease in self.leases))

    @property
    def unsaid(self) -> Unsaid | None:
        """What Slack does not take now; since when it does not take anything."""
        if not self.refused:
            return None
        return Unsaid(
            request=self.request.id,
            to=tuple(self.refused),
            why=" ".join(dict.fromkeys(self.refused.values())),
            since=self.known.since if self.known else self.at,
            unasked=tuple(place for place in self.refused if place not in self.cards),
        )


def patience(progress: Progress, now: datetime) -> timedelta:
    """Wait as long again as the news has waited; needs no counter."""
    request, leases = progress.request, progress.leases
    moments = (
        request.asked_at,
        *(answer.at for answer in request.approvals),
        request.decided_at,
        *(lease.granted_at for lease in leases),
        *(lease.ended_at for lease in leases),
        *(extension.done_at for lease in leases for extension in lease.extensions),
    )
    return TELLING.wait(max(moment for moment in moments if moment is not None), now)


def until_retried(told: Progress) -> timedelta | None:
    """Wait as long again as it has been unsaid; people wait for an answer, not for a log."""
    if (unsaid := told.unsaid) is None:
        return None
    pending = told.request.state is RequestState.PENDING
    return (ASKING if pending else LOGGING).wait(unsaid.since, told.at)
