"""Jobs that can only wake: one function per queue, no callbacks, no webhooks, no objects.

Whoever can write to Redis can write a job; RQ itself would import and call whatever it names.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from rq.job import Job, JobStatus

from daypass.adapters.rq.lines import Line


class ForeignJobError(Exception):
    """A job asks for more than a wake-up; it fails and is kept in RQ's failed registry."""


class WakeUp(Job):
    """A job that may call `allowed` and nothing else; use `wake_ups_of`."""

    allowed: ClassVar[str] = ""

    @property
    def func(self) -> Callable[..., Any]:
        """The function, if it is the one that is allowed; it is imported only then."""
        if self.func_name != self.allowed or self.instance is not None:
            raise ForeignJobError(f"job {self.id} may not call {self.func_name}")
        found: Callable[..., Any] = super().func
        return found

    def is_plain(self) -> bool:
        """Whether it calls what is allowed and wants nothing else; not so, `func` says why."""
        extras = (self._success_callback_name, self._failure_callback_name)
        return self.func_name == self.allowed and not any((self.instance, *extras))

    @property
    def success_callback(self) -> None:
        """Nothing."""
        self._ignore(self._success_callback_name)

    @property
    def failure_callback(self) -> None:
        """Nothing."""
        self._ignore(self._failure_callback_name)

    @property
    def stopped_callback(self) -> None:
        """Nothing."""
        self._ignore(self._stopped_callback_name)

    def send_webhooks(self, status: str | JobStatus, *, exc_string: str | None = None) -> None:
        """Send nothing: a job calls no address."""

    def _ignore(self, name: str | None) -> None:
        if name:
            self.log.error("job %s: callback %s is ignored", self.id, name)


def wake_ups_of(line: Line) -> type[WakeUp]:
    """Return the class of the jobs of one line."""

    class LineWakeUp(WakeUp):
        allowed = line.function

    return LineWakeUp
