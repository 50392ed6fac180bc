"""Where a click's time goes: what Redis was told meanwhile, by `MONITOR`, from hop to hop.

Everything that Daypass does passes by there, so nothing has to be measured inside of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from time import sleep
from typing import Final

from redis import Redis

from bench.figures import percentile

BENCH: Final = "bench"
"""The name of our own connections: what they ask is not counted."""
SETTLED: Final = 0.05
"""Seconds in which what was heard arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One command, when (seconds by Redis's clock), and of which port; none: of a script."""

    at: float
    of: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A part of the way: it ends when something was said that has all of `words`."""

    name: str
    words: tuple[str, ...]


def hops_of(request: str) -> Sequence[Hop]:
    """Return the way of an approval, from the click to the proven grant."""
    return (
        Hop(name="socket, Bolt, ack", words=("SET daypass:idem:click", request)),
        Hop(name="who it is, judging, decision", words=("XADD", "request.approved", request)),
        Hop(
            name="queue, a worker wakes, claim",
            words=("EVALSHA", "daypass:due:prod", " 2 adjust provision "),
        ),
        Hop(name="judging, attempt", words=("XADD", "lease.attempted", f"{request}-1")),
        Hop(name="create, review, confirm", words=("XADD", "lease.granted", f"{request}-1")),
    )


class Ear:
    """Hears what Redis is told for as long as it is open."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._heard: list[Heard] = []
        self._open = True

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Inside, everything is heard."""
        with self._client.monitor() as monitor:  # type: ignore[no-untyped-call] # Theirs.

            def listen() -> None:
                for one in monitor.listen():
                    if not self._open:
                        return
                    of = "" if one["client_type"] == "lua" else str(one["client_port"])
                    self._heard.append(Heard(at=one["time"], of=of, said=one["command"]))

            thread = Thread(target=listen, name="ear", daemon=True)
            thread.start()
            try:
                yield
            finally:
                self._open = False
                self._client.ping()  # It hears that, too, and ends.
                thread.join(timeout=1)

    def taken(self) -> Sequence[Heard]:
        """Return what was heard since the last time, without what bench itself asked."""
        sleep(SETTLED)
        heard, self._heard = self._heard, []
        listed = self._client.client_list()
        mine = {one["addr"].rpartition(":")[2] for one in listed if one["name"] == BENCH}
        return [one for one in heard if one.of not in mine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one hop took: milliseconds, and commands to Redis."""

    name: str
    milliseconds: float
    commands: int


def steps(heard: Sequence[Heard], start: float, way: Sequence[Hop]) -> Sequence[Step]:
    """Return the hops of one click that was made at `start`; raises ValueError where one lacks."""
    made, since, place = list[Step](), start, 0
    for hop in way:
        found = (n for n in range(place, len(heard)) if _ends(heard[n], hop, since))
        last = next(found, None)
        if last is None:
            raise ValueError(f"nobody came to: {hop.name}")
        between = [one for one in heard[place : last + 1] if one.of and one.at >= since]
        took = 1_000 * (heard[last].at - since)
        made.append(Step(name=hop.name, milliseconds=took, commands=len(between)))
        since, place = heard[last].at, last + 1
    return made


def _ends(one: Heard, hop: Hop, since: float) -> bool:
    return one.at >= since and all(word in one.said for word in hop.words)


def summed(clicks: Sequence[Sequence[Step]]) -> Sequence[str]:
    """Write each hop's p50, and how many commands it is."""
    lines = []
    for steps_of in zip(*clicks, strict=True):
        middle = percentile([step.milliseconds for step in steps_of], 50)
        commands = percentile([step.commands for step in steps_of], 50)
        lines.append(f"{steps_of[0].name}: {middle:.1f} ms, {commands:.0f} commands")
    return lines
