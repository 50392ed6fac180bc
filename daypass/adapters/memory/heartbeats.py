"""Which processes are alive, and who has which duty, in memory."""

from collections.abc import Collection
from datetime import datetime, timedelta

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.domain.vouching import Vouch
from daypass.ports import DUTY_HELD, Outlook


class MemoryHeartbeats:
    """Remembers who beat when, by the clock of that agenda."""

    def __init__(self, agenda: MemoryAgenda) -> None:
        self._agenda, self._clock = agenda, agenda.clock
        self._words: dict[str, Vouch] = {}
        self._duties: dict[str, tuple[str, datetime]] = {}

    def beat(self, process: str) -> None:
        """Note that `process` is alive now."""
        self.vouch(process, Vouch(at=self._clock.now()))

    def idle(self, process: str, keepers: Collection[str]) -> Outlook:
        """Note that `process` is alive unless promises of these keepers are overdue."""
        overdue = self._agenda.overdue(keepers)
        if overdue:
            return Outlook(overdue=overdue, quiet=timedelta(0))
        self.beat(process)
        return Outlook(overdue=overdue, quiet=self._agenda.quiet(keepers))

    def heard(self, process: str) -> datetime | None:
        """Return when `process` last beat, or vouched."""
        said = self.vouched(process)
        return said.at if said else None

    def vouch(self, process: str, vouch: Vouch) -> None:
        """Note that `process` is alive and sees all that it is to see."""
        self._words[process] = vouch

    def vouched(self, process: str) -> Vouch | None:
        """Return what `process` said last; who only beat said it without a MAC."""
        return self._words.get(process)

    def has_duty(self, duty: str, holder: str) -> bool:
        """Whether `holder` has that duty now."""
        had, until = self._duties.get(duty, ("", self._clock.now()))
        return had == holder and self._clock.now() < until

    def take_duty(self, duty: str, holder: str) -> bool:
        """Take a duty that nobody has, or keep it; False while another has it."""
        now = self._clock.now()
        had, until = self._duties.get(duty, ("", now))
        if had != holder and now < until:
            return False
        self._duties[duty] = holder, now + DUTY_HELD
        return True
