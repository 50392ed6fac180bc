"""What the soak prints: what was done to the site, how late things were, and the three counts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from chaos.faults import Shadow
from chaos.ledger import Ledger
from chaos.verdict import Evidence, causes, duplicate, leaked, lost, orphans, unexcused_looks
from daypass.domain.lease import EndCause

_SHOWN: Final = 20
_PERCENTILES: Final = (50, 90, 99)
Span = tuple[float, float, str]
"""From, to, and on which cluster."""


def report(found: Evidence, done: Mapping[str, int]) -> tuple[list[str], bool]:
    """Return the lines, and whether nothing leaked, was lost or came twice."""
    counts = {
        "leaked": list(leaked(found)),
        "lost": list(lost(found)),
        "duplicate": list(duplicate(found)),
    }
    lines = [
        *_done(done),
        _people(found),
        f"leases ended: {_counted(causes(found.ledger))}",
        _looks(found),
        f"messages told again after a lost answer: {len(orphans(found))}",
        *_spread("end → proven gone", list(_ends(found.ledger)), found.shadows),
        *_spread("approved → proven granted", list(_grants(found.ledger)), found.shadows),
    ]
    for name, sentences in counts.items():
        lines += [f"  {name}: {one}" for one in sentences[:_SHOWN]]
    lines += [f"{name} {len(sentences)}" for name, sentences in counts.items()]
    return lines, not any(counts.values())


def _done(done: Mapping[str, int]) -> Iterator[str]:
    killed = {name.removeprefix("SIGKILL "): n for name, n in done.items() if "SIGKILL" in name}
    other = {name: n for name, n in done.items() if "SIGKILL" not in name}
    yield f"killed {sum(killed.values())} times: {_counted(killed)}"
    yield f"other faults {sum(other.values())}: {_counted(other)}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))


def _people(found: Evidence) -> str:
    promised = found.promised
    states = Counter(str(one.state) for one in found.ledger.requests.values())
    return (
        f"requests: {len(promised.requests)} told to their askers, {promised.unserved} never "
        f"served; stored: {_counted(states)}"
    )


def _looks(found: Evidence) -> str:
    looks = sum(map(len, found.looks.values()))
    return (
        f"the watcher looked {looks} times, {unexcused_looks(found)} of them when nothing excused "
        "a late end"
    )


def _ends(ledger: Ledger) -> Iterator[Span]:
    over = ledger.ending_at()
    for lease in ledger.leases.values():
        if lease.ended_at and lease.cause in (EndCause.EXPIRED, EndCause.RELEASED):
            expired = lease.cause is EndCause.EXPIRED and lease.ends_at
            began = lease.ends_at.timestamp() if expired and lease.ends_at else over[lease.id]
            yield began, lease.ended_at.timestamp(), lease.cluster


def _grants(ledger: Ledger) -> Iterator[Span]:
    for lease in ledger.leases.values():
        if lease.granted_at:
            yield *_both(lease.approved_at, lease.granted_at), lease.cluster


def _both(one: datetime, other: datetime) -> tuple[float, float]:
    return one.timestamp(), other.timestamp()


def _spread(what: str, spans: Sequence[Span], shadows: Sequence[Shadow]) -> Iterator[str]:
    """Say how long it took, apart for what a fault may have delayed."""
    dark = [to - at for at, to, cluster in spans if _shaded((at, to, cluster), shadows)]
    bright = [to - at for at, to, cluster in spans if not _shaded((at, to, cluster), shadows)]
    yield f"{what}, undisturbed ({len(bright)}): {percentiles(bright)}"
    yield f"{what}, within a fault's shadow ({len(dark)}): {percentiles(dark)}"


def _shaded(span: Span, shadows: Sequence[Shadow]) -> bool:
    at, to, cluster = span
    return any(cluster in one.clusters and one.begin <= to and at <= one.end for one in shadows)


def percentiles(seconds: Sequence[float]) -> str:
    """Return p50, p90, p99 and the longest."""
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    said = [
        f"p{p} {ordered[min(len(ordered) - 1, len(ordered) * p // 100)]:.2f} s"
        for p in _PERCENTILES
    ]
    return ", ".join([*said, f"max {ordered[-1]:.2f} s"])
