"""The verdict: what outlived its lease, what was lost, what came twice. Each is a sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chaos.crowd import Promised
from chaos.faults import BACK, Shadow
from chaos.ledger import Ledger
from chaos.watcher import Sight, attempts_at_once
from daypass.domain.audit import Action
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.request import RequestState
from daypass.ports import PromiseKind
from sandbox.slack.client import Client

_EXPECTED: Final = frozenset({EndCause.EXPIRED, EndCause.RELEASED, EndCause.FAILED})
_ONCE: Final = (
    Action.LEASE_GRANTED,
    Action.LEASE_ENDING,
    Action.LEASE_ENDED,
    Action.REQUEST_SUBMITTED,
    Action.REQUEST_APPROVED,
)
_OF_LIVE_LEASES: Final = frozenset({PromiseKind.END, PromiseKind.PROVISION, PromiseKind.ADJUST})
_HOLD: Final = 12.0
"""Seconds from a message to its second telling by somebody else: the hold on it, and a tick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was seen, stored, promised and done."""

    sights: Sequence[Sight]
    looks: Mapping[str, Sequence[float]]
    """When each cluster was seen."""
    left: Sequence[Sight]
    ledger: Ledger
    promised: Promised
    shadows: Sequence[Shadow]
    messages: Mapping[tuple[str, str], str]
    """What the app posted in Slack: text by channel and ts."""


def leaked(found: Evidence) -> Iterator[str]:
    """Name each object that was there past its end, at a time for which nothing excuses it."""
    for sight in found.left:
        yield f"{sight.cluster} {sight.name}: still there when everything was over"
    over, late = found.ledger.ending_at(), dict[str, tuple[Sight, float]]()
    for sight in found.sights:
        end = _end_of(sight, over, found.ledger)
        if sight.at > end + BACK and not excused(sight.cluster, sight.at, found.shadows):
            late[sight.name] = (sight, sight.at - end)
    for sight, seconds in late.values():
        yield f"{sight.cluster} {sight.name}: seen {seconds:.1f} s past its end, at {sight.at:.1f}"


def _end_of(sight: Sight, over: Mapping[str, float], ledger: Ledger) -> float:
    """Return the earliest end that is known of it: its own, its lease's, or an early one."""
    ends = [sight.ends, over.get(sight.lease, sight.ends)]
    lease = ledger.leases.get(LeaseId(sight.lease))
    if lease is not None and lease.ends_at is not None:
        ends.append(lease.ends_at.timestamp())
    return min(ends)


def excused(cluster: str, at: float, shadows: Sequence[Shadow]) -> bool:
    """Whether a fault's shadow lies on that cluster at that moment."""
    return any(one.begin <= at <= one.end and cluster in one.clusters for one in shadows)


def lost(found: Evidence) -> Iterator[str]:
    """Name each request, lease, end, promise or message that nobody will ever see to."""
    yield from _broken_words(found.promised, found.ledger)
    for request in found.ledger.requests.values():
        if request.state is RequestState.APPROVED and request.extends is None:
            for lease in request.lease_ids:
                yield from _lost_of(lease, found)
    yield from _forsaken(found.ledger)


def _broken_words(promised: Promised, ledger: Ledger) -> Iterator[str]:
    for name in sorted(promised.requests - ledger.requests.keys()):
        yield f"request {name}: its asker was told of it, and it is not there"
    told = dict.fromkeys(promised.approved, RequestState.APPROVED)
    told |= dict.fromkeys(promised.denied, RequestState.DENIED)
    for name in sorted(told.keys() & ledger.requests.keys()):
        if ledger.requests[name].state is not told[name]:
            yield f"request {name}: was {told[name]}, and is {ledger.requests[name].state}"


def _forsaken(ledger: Ledger) -> Iterator[str]:
    for due, rows in sorted(ledger.promises.items()):
        for row in rows:
            if row.partition(":")[0] in _OF_LIVE_LEASES:
                yield f"promise {row} of {due}: nobody keeps it, and all is over"


def _lost_of(name: LeaseId, found: Evidence) -> Iterator[str]:
    lease = found.ledger.leases.get(name)
    if lease is None:
        yield f"lease {name}: was approved, and is not there"
        return
    yield from (f"lease {name}: {why}" for why in _wrong(lease, found))


def _wrong(lease: Lease, found: Evidence) -> Iterator[str]:
    if lease.state is not LeaseState.ENDED:
        yield f"is {lease.state} when everything is over"
        return
    if lease.cause not in _EXPECTED:
        yield f"ended because it was {lease.cause}: {lease.why}"
    if lease.cause is EndCause.FAILED and not lease.why:
        yield "failed without a reason"
    if _is_early(lease):
        yield "ended before its end"
    wanted = [Action.LEASE_ENDED, Action.LEASE_ENDING]
    wanted += [Action.LEASE_GRANTED] if lease.granted_at else []
    counted = found.ledger.counted
    yield from (f"has no event {one}" for one in wanted if not counted[lease.id, one])
    if f"direct:ended:{lease.id}" not in found.ledger.receipts[lease.request]:
        yield "nobody was told that it ended"


def _is_early(lease: Lease) -> bool:
    if lease.cause is not EndCause.EXPIRED or lease.ended_at is None or lease.ends_at is None:
        return False
    return lease.ended_at < lease.ends_at


def duplicate(found: Evidence) -> Iterator[str]:
    """Name what happened twice and may happen once."""
    for (subject, action), count in sorted(found.ledger.counted.items()):
        if action in _ONCE and count > 1:
            yield f"{subject}: {count} events {action}"
    for lease in attempts_at_once(found.sights):
        yield f"lease {lease}: objects of two attempts at once"
    for text, at in orphans(found):
        if not _answer_was_lost(at, found.shadows):
            yield f"told twice at {at:.1f}: {text}"


def orphans(found: Evidence) -> Sequence[tuple[str, float]]:
    """Return messages of which no receipt was kept: Slack was told again. Text, and when."""
    kept = {
        (receipt.channel, receipt.ts)
        for told in found.ledger.receipts.values()
        for receipt in told.values()
    }
    return [
        (text.replace("\n", " ")[:80], float(ts))
        for (channel, ts), text in found.messages.items()
        if (channel, ts) not in kept
    ]


def _answer_was_lost(at: float, shadows: Sequence[Shadow]) -> bool:
    """Whether whoever posted a message then may have died, or lost Redis, before it noted so."""
    guilty = ("notifications", "valkey", "redis")
    return any(
        one.begin - 1 <= at + _HOLD and at - 1 <= one.end and any(w in one.name for w in guilty)
        for one in shadows
    )


def posted(slack: Client) -> Mapping[tuple[str, str], str]:
    """Return what the app posted, to the channel and to each person."""
    found: dict[tuple[str, str], str] = {}
    for viewer, where in (
        ("bob", "#access-approvals"), ("alice", "app"), ("carol", "app"), ("dan", "app"),
        ("bob", "app"),
    ):  # fmt: skip
        for message in slack.messages(viewer, where):
            if not message.get("is_ephemeral"):
                found[message["channel"], message["ts"]] = str(message["as_text"])
    return found


def unexcused_looks(found: Evidence) -> int:
    """Count the looks at which nothing excused a late end: only those can find one."""
    return sum(
        not excused(cluster, at, found.shadows)
        for cluster, looks in found.looks.items()
        for at in looks
    )


def causes(ledger: Ledger) -> Counter[str]:
    """Count why leases ended."""
    return Counter(str(lease.cause) for lease in ledger.leases.values())
