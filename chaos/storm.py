"""Storms and calms: faults as a seed says, and times in which everything must be on time."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chaos.faults import Fault, Shadow, deck, now
from chaos.site import Site

STORM: Final = 12.0
"""Seconds in which faults begin."""
CALM: Final = 14.0
"""Seconds without any after the last has healed: longer than the longest excuse."""
_BETWEEN: Final = (0.3, 2.5)
_LOOK: Final = 0.1
_HEALING: Final = 60.0
"""Seconds within which everything that was killed is well again."""


@dataclass(slots=True, kw_only=True)
class _Begun:
    fault: Fault
    at: float
    until: float
    ended: bool = False


class Storms:
    """Begins and ends faults from the thread that calls it, one of a kind and target at a time."""

    def __init__(self, site: Site, seed: int, say: Callable[[str], None]) -> None:
        self.shadows: list[Shadow] = []
        self.done: Counter[str] = Counter()
        self._site = site
        self._random = random.Random(seed)
        self._say = say
        self._deck: list[Fault] = []
        self._begun: list[_Begun] = []

    def rage(self, seconds: float) -> None:
        """Storms and calms for so long; ends with a calm."""
        until = time.monotonic() + seconds
        while time.monotonic() + STORM + CALM < until:
            self._storm()
            self._calm()
        self.wait(until - time.monotonic())

    def _storm(self) -> None:
        until = time.monotonic() + STORM
        while time.monotonic() < until:
            self._begin(self._drawn())
            self.wait(self._random.uniform(*_BETWEEN))

    def _calm(self) -> None:
        until = time.monotonic() + _HEALING
        while self._begun:
            self.wait(_LOOK)
            if time.monotonic() > until:
                ill = ", ".join(one.fault.name for one in self._begun)
                raise TimeoutError(f"not well again after {_HEALING:g} s: {ill}")
        self._say("calm")
        self.wait(CALM)

    def wait(self, seconds: float) -> None:
        """Pass time; end what has lasted long enough, and write down what has healed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._look()
            time.sleep(_LOOK)

    def _drawn(self) -> Fault:
        if not self._deck:
            self._deck = deck(self._site)
            self._random.shuffle(self._deck)
        return self._deck.pop()

    def _begin(self, fault: Fault) -> None:
        if any(one.fault.target == fault.target for one in self._begun):
            self._deck.insert(0, fault)
            return
        lasts = self._random.uniform(*fault.lasts)
        self._say(f"{fault.name} for {lasts:.1f} s")
        at = now()
        fault.begin()
        self._begun.append(_Begun(fault=fault, at=at, until=time.monotonic() + lasts))
        self.done[fault.name] += 1

    def _look(self) -> None:
        self._revive()
        for one in tuple(self._begun):
            if not one.ended and time.monotonic() >= one.until:
                one.fault.end()
                one.ended = True
            if one.ended and one.fault.healed():
                self.shadows.append(one.fault.shadow(one.at, now()))
                self._begun.remove(one)

    def _revive(self) -> None:
        """Start what ended by itself, as a platform would; it is counted, for it should not."""
        hit = {one.fault.target for one in self._begun}
        for name in self._site.workers:
            process = self._site.stack.processes[name]
            if name not in hit and not process.is_running():
                self._say(f"{name} ended by itself with code {process.exit_code()}")
                self.done[f"{name} ended by itself"] += 1
                self._site.stack.processes.start(process.child)
