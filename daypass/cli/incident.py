"""`daypass revoke`, `freeze` and `thaw`: what an administrator runs when something is very wrong.

They need the store alone: neither Slack nor a cluster has to answer.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TextIO

from daypass.cli.report import Report, plain
from daypass.cli.wiring import ledger, login, me
from daypass.domain.duration import write_duration
from daypass.domain.epoch import Freeze
from daypass.domain.errors import SettingsError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.domain.listing import few
from daypass.ports import Ledger
from daypass.usecases.incident.await_revoked import Unproven, await_revoked
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants
from daypass.usecases.incident.freeze import freeze as freeze_grants
from daypass.usecases.incident.freeze import thaw as thaw_grants
from daypass.usecases.incident.revoke_all import (
    Affected,
    AllRevoked,
    Reach,
    RevokeAll,
    affected,
    revoke_all,
)
from daypass.usecases.shared.standing import known_by_email

PHRASE: Final = "revoke all"
"""What has to be typed; the form in Slack asks for the same."""
NAMED: Final = 20
"""Leases that one line names; the others are counted."""
Asking = Callable[[str], bool]


def revoke(given: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """End everything, everything on a cluster, or of a person; wait until it is proven gone."""
    if given.person and given.freeze:
        fault = "--freeze stops grants to everybody; if that is meant, run “daypass freeze” first"
        raise SettingsError([fault])
    yes: Asking = (lambda _: True) if given.yes else (lambda said: typed(said, sys.stdin))
    return revoked(given, ledger(environ), yes)


def freeze(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Stop new grants."""
    command = FreezeGrants(actor=me(), by=login(), why=given.reason, clusters=tuple(given.cluster))
    return f"{frozen(freeze_grants(command, ledger(environ)))} “daypass thaw” lifts it."


def thaw(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Let grants go on."""
    ports = ledger(environ)
    left = thaw_grants(ThawGrants(actor=me(), clusters=tuple(given.cluster)), ports)
    return f"Thawed. {frozen(known_by_email(left, ports))}"


def frozen(freeze: Freeze | None) -> str:
    """Say where nothing new is granted."""
    if freeze is None or not freeze.on:
        return "Nothing is frozen."
    where = "any cluster" if freeze.everywhere else ", ".join(sorted(freeze.clusters))
    why = f": {freeze.why.rstrip('. ')}" if freeze.why else ""
    since = f"{_at(freeze.at)}, by {freeze.by}{why}"
    return plain(f"Frozen: nothing new is granted on {where} since {since}.")


def revoked(given: argparse.Namespace, ports: Ledger, confirmed: Asking) -> Report:
    """End what `given` names if `confirmed` says yes to the numbers; good when all is gone."""
    reach = Reach(cluster=given.cluster or "", person=given.person or "")
    found = affected(reach, ports)
    if not confirmed(numbers(found)):
        return Report(text="Nothing was done.", good=False)
    lines: list[str] = []
    if given.freeze:
        on = (reach.cluster,) if reach.cluster else ()
        command = FreezeGrants(actor=me(), by=login(), why=given.reason, clusters=on)
        lines.append(frozen(freeze_grants(command, ports)))
    done = revoke_all(RevokeAll(reach=reach, actor=me(), by=login(), why=given.reason), ports)
    left = await_revoked((*done.ended, *done.leaving), given.wait, ports)
    lines += [*_outcome(done, left), *_left(left.live, ports), *_lost(left.lost)]
    lines += _not_all(done)
    good = not (left.count or done.missed or done.unlooked or done.unread)
    return Report(text="\n".join([*lines, *_besides(done)]), good=good)


def typed(said: str, source: TextIO) -> bool:
    """Say what would happen, and whether somebody at a terminal typed the phrase."""
    print(said, file=sys.stderr)
    if not source.isatty():
        print("This asks on a terminal; without one, say --yes.", file=sys.stderr)
        return False
    print(f"Type “{PHRASE}” to end them: ", end="", file=sys.stderr, flush=True)
    return " ".join(source.readline().strip("“”\"' \n").lower().split()) == PHRASE


def numbers(found: Affected) -> str:
    """Say how much would be ended."""
    per = Counter(lease.cluster for lease in found.standing).most_common()
    where = f" ({', '.join(f'{name} {count}' for name, count in per)})" if per else ""
    leaving = f" {_leases(len(found.leaving))} being removed already." if found.leaving else ""
    more = "".join(f" {line}" for line in _not_all(found))
    clusters = "1 cluster" if len(per) == 1 else f"{len(per)} clusters"
    return plain(f"{_leases(len(found.standing))} on {clusters} would end{where}.{leaving}{more}")


def _outcome(done: AllRevoked, left: Unproven) -> Iterator[str]:
    gone = len(done.ended) + len(done.leaving) - left.count
    yield f"{_leases(len(done.ended))} ended; {gone:,} proven gone."
    if done.missed:
        missed = _leases(len(done.missed))
        yield f"{missed} could not be ended, or changed meanwhile each time: run it again."


def _left(left: Sequence[Lease], ports: Ledger) -> Iterator[str]:
    """Say where something is still being removed, and what is known of why."""
    seen, now = ports.store.seen(), ports.clock.now()
    for name, count in Counter(lease.cluster for lease in left).most_common():
        if name not in ports.catalog.clusters:
            why = "the configuration has no such cluster: no worker looks after it"
        elif name in seen:
            why = f"last looked at {write_duration(now - seen[name].taken_at)} ago"
        else:
            why = "never looked at: no grants worker reached it"
        yield plain(f"{name}: {_leases(count)} still being removed, tried until it is so ({why}).")


def _lost(leases: Sequence[LeaseId]) -> Iterator[str]:
    """Say that nobody knows what became of some: nothing was proven of them."""
    if leases:
        why = "Redis does not have them any more, so not proven gone: it was lost, or somebody"
        yield f"{few(leases, NAMED)}: {why} deleted them there. Run it again in a moment."


def _unlooked(clusters: Sequence[str]) -> Iterator[str]:
    """Say where more may be there than is known: none of it is ended."""
    if clusters:
        why = "not looked at since Daypass lost its memory, so not all that is there is known"
        yield plain(f"{', '.join(clusters)}: {why}. Run it again in a moment.")


def _not_all(found: Affected | AllRevoked) -> Iterator[str]:
    """Say of what more may be there than is ended."""
    yield from _unlooked(found.unlooked)
    yield from _unread(found.unread)


def _unread(names: Sequence[str]) -> Iterator[str]:
    """Say what could not be read, and what becomes of it: nobody ends it in the store."""
    if names:
        becomes = "what they gave is removed at the next comparison, within fifteen minutes"
        one = "1 lease cannot" if len(names) == 1 else f"{len(names):,} leases cannot"
        yield plain(f"{one} be read, so whose is not known: {', '.join(names)}; {becomes}.")


def _besides(done: AllRevoked) -> Iterator[str]:
    if done.waiting:
        names = ", ".join(request.id for request in done.waiting)
        yield f"Left as they are, waiting for an answer: {names}. A freeze stops them."


def _leases(count: int) -> str:
    return "1 lease" if count == 1 else f"{count:,} leases"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
