"""Examine: whether a cluster is as Daypass needs it. It changes nothing there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from daypass.domain.errors import OutsideError
from daypass.domain.upkeep.belonging import Names
from daypass.domain.upkeep.comparison import Manifest
from daypass.domain.upkeep.differences import judged_differences
from daypass.domain.upkeep.finding import About, Finding
from daypass.domain.upkeep.guarding import forbidden, judged_guard
from daypass.domain.upkeep.servers import (
    is_guarded,
    judged_clock,
    judged_servers,
    judged_version,
)
from daypass.ports import Each, Inspector
from daypass.usecases.upkeep.compare import compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a cluster needs, with the guard or without, and the commands that apply and show it."""

    install: str
    names: Names
    guard: str
    wanted: Callable[[bool], Sequence[Manifest]]
    applying: str
    showing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """The grants worker's way in, and that of whoever reads what is there: perhaps the same."""

    worker: Inspector
    reader: Inspector
    each: Each
    now: Callable[[], datetime]


def examine(about: About, needs: Needs, eyes: Eyes) -> Iterator[Finding]:
    """Yield what is found; of a cluster that does not answer the worker only that."""
    try:
        eyes.worker.probe()
        before = eyes.now()
        server = eyes.worker.server()
        after = eyes.now()
        count = eyes.worker.servers()
    except OutsideError as error:
        yield unreached(about, error)
        return
    yield judged_version(about, server.version)
    yield judged_clock(about, server.at, (before, after))
    yield judged_servers(about, count, needs.applying)
    yield from _standing(about, needs, eyes, guarded=is_guarded(server.version))


def unreached(about: About, error: OutsideError) -> Finding:
    """Say that the grants worker's credential leads to no answer."""
    mend = f"curl -k URL/readyz, with the url of {about.name} in the configuration: what answers?"
    return about.away(f"the grants worker cannot work there: {error}", mend)


def _standing(about: About, needs: Needs, eyes: Eyes, *, guarded: bool) -> Iterator[Finding]:
    wanted = needs.wanted(guarded)
    found = compare(wanted, eyes.reader, install=needs.install, names=needs.names, each=eyes.each)
    yield from judged_differences(about, found, applying=needs.applying, showing=needs.showing)
    forgery = forbidden(wanted) if guarded else None
    if forgery is None:
        return
    try:
        refused = eyes.worker.refusal(forgery)
    except OutsideError as error:
        yield about.unseen(f"whether the guard refuses anything is not known: {error}")
        return
    yield judged_guard(about, needs.guard, refused, applying=needs.applying)
