"""A move as one script: the checks, the commands and the wake-ups (law 7).

A script, not WATCH and MULTI: one round trip instead of four, and it alone can decide inside the
transaction whether a wake-up is needed. The commands that enqueue are RQ's own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import writing
from daypass.adapters.redis.codec import encode, micros
from daypass.adapters.redis.present import Present
from daypass.adapters.redis.scripts import Script
from daypass.adapters.redis.values import Value, key_of
from daypass.adapters.rq.enqueue import Command, WakeUps
from daypass.domain.audit import AuditEvent
from daypass.domain.early import is_early
from daypass.domain.errors import ConflictError, PermanentOutsideError
from daypass.domain.lease import Lease
from daypass.domain.request import Request, RequestState
from daypass.ports import Change, Promise

_NOW: Final = 0
"""A score that is past whenever the script runs."""
_SOON: Final = timedelta(seconds=1)
"""What is due later than that is surely not due when the script runs: no job is made for it."""

_log = structlog.get_logger()
Word = str | bytes | float


class Commits:
    """Commits moves and enqueues wake-ups, both by the same script."""

    def __init__(self, client: Redis, wakeups: WakeUps, present: Present) -> None:
        self._script = Script(client, "commit")
        self._wakeups = wakeups
        self._present = present

    def commit(self, change: Change) -> Change:
        """Commit a move, return it as it is stored; ConflictError when anything has moved."""
        values = _keyed(change)
        names = [*values, *(keys.owner(pin.email) for pin in change.pins)]
        words: list[Word] = [change.move, len(values)]
        words += [value.version for value in values.values()]
        words += [keys.person("")]
        words += [word for pin in change.pins for word in (pin.id, pin.email)]
        words += [int(change.urgent), *packed([_event(event) for event in change.events])]
        stored = change.stored()
        words += packed(list(_commands(stored)))
        with writing():
            said, _, untold = self._script(names, *words, *self._woken(_first_due(change.promises)))
        if said not in (b"", b"done"):
            raise ConflictError(said.decode())
        if untold:
            _refused(change, untold.decode())
        return stored

    def wake(self, keeper: str) -> bool:
        """Enqueue a wake-up unless one is outstanding; say whether it was."""
        with writing():
            _, woken, _ = self._script([], "", 0, "", 0, 0, 0, *self._woken({keeper: _NOW}))
        return bool(woken)

    def _woken(self, first: Mapping[str, int]) -> list[Word]:
        soon = micros(self._present.now() + _SOON)
        jobs = {
            keeper: job
            for keeper, at in first.items()
            if at <= soon and (job := self._wakeups.enqueueing(keeper)) is not None
        }
        words: list[Word] = [len(jobs)]
        for keeper, job in jobs.items():
            words += [first[keeper], keys.woken(keeper), job.queue, job.job, *packed(job.commands)]
        return words


def _refused(change: Change, why: str) -> None:
    """Say that the trail takes no event; nothing of the move was done unless it is urgent."""
    if not change.urgent:
        raise PermanentOutsideError(f"the audit trail takes no event: {why}")
    for event in change.events:
        _log.error("store.unrecorded", what=encode(event).decode(), why=why)


def _event(event: AuditEvent) -> Command:
    return "XADD", keys.AUDIT, "*", keys.EVENT, encode(event)


def member(promise: Promise) -> str:
    """Name the row of a promise within its set."""
    return f"{promise.kind}:{promise.subject}"


def _keyed(change: Change) -> Mapping[str, Value]:
    alone = [one for one in (change.freeze, change.epoch) if one is not None]
    values: list[Value] = [
        *change.requests, *change.leases, *change.pins, *change.owners, *change.tallies, *alone
    ]  # fmt: skip
    return {key_of(value): value for value in values}


def telling(change: Change) -> Iterator[Command]:
    """Yield what a move without values writes: its events and promises."""
    yield from map(_event, change.events)
    yield from _promises(change)


def _promises(change: Change) -> Iterator[Command]:
    yield from (("ZREM", keys.due(done.keeper), member(done)) for done in change.done)
    for promise in change.promises:
        yield "ZADD", keys.due(promise.keeper), micros(promise.at), member(promise)


def _commands(change: Change) -> Iterator[Command]:
    yield from _promises(change)
    for key, value in _keyed(change).items():
        yield "SET", key, encode(value)
    for request in change.requests:
        yield from _request_indexes(request)
    for lease in change.leases:
        yield from _lease_indexes(lease)
    for pin in change.pins:
        yield "SET", keys.owner(pin.email), pin.id


def _request_indexes(request: Request) -> Iterator[Command]:
    asked = micros(request.asked_at)
    mine = keys.pending_of(request.requester.id)
    yield "ZADD", keys.by_person(request.requester.id), asked, request.id
    if request.state is RequestState.PENDING:
        yield "ZADD", keys.PENDING, asked, request.id
        yield "SADD", mine, request.id
    else:
        yield "ZREM", keys.PENDING, request.id
        yield "SREM", mine, request.id
        over = request.decided_at or request.asked_at
        yield "ZADD", keys.OVER, "NX", micros(over), request.id


def _lease_indexes(lease: Lease) -> Iterator[Command]:
    verb = "SADD" if lease.live else "SREM"
    yield verb, keys.by_cluster(lease.cluster), lease.id
    yield verb, keys.live_of(lease.holder.id), lease.id
    if lease.scope.cluster_wide:
        yield verb, keys.wide(lease.cluster), lease.id
    if is_early(lease):
        yield "SADD", keys.early(lease.cluster), lease.id
    elif not lease.live:
        yield "SREM", keys.early(lease.cluster), lease.id
    if lease.ended_at is not None:
        yield "ZADD", keys.OVER, micros(lease.ended_at), lease.id


def _first_due(promises: Iterable[Promise]) -> Mapping[str, int]:
    first: dict[str, int] = {}
    for promise in promises:
        at = micros(promise.at)
        first[promise.keeper] = min(at, first.get(promise.keeper, at))
    return first


def packed(commands: Sequence[Command]) -> list[Word]:
    """Write commands as scripts read them: their number, then each as a length and its words."""
    words: list[Word] = [len(commands)]
    for command in commands:
        words += [len(command), *command]
    return words
