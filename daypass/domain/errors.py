"""Every error that Daypass raises, in one tree; the type says what to do next.

DaypassError
├── RefusedError             a person can read it; never retried, not an alert; carries its reasons
├── ConflictError            somebody moved it first: reload and judge again
├── OutsideError             raised by adapters only, always `from` the library's error
│   ├── TemporaryOutsideError    try again after `delay`
│   └── PermanentOutsideError    trying again will not help
│       └── UnreadableError          a stored value is damaged or of a newer version
├── DamagedTrailError        the audit trail is not what was written: where, and how
├── ConfigurationError       daypass.yaml is wrong: every fault with its line
├── SettingsError            a process cannot start: every wrong setting at once
└── BrokenInvariantError     a bug: loud, never swallowed
    └── IllegalMoveError     a state cannot become that state
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daypass.domain.reasons import Reason


class DaypassError(Exception):
    """Base of everything raised on purpose."""


class RefusedError(DaypassError):
    """The answer is no, and `reasons` say why (at least one)."""

    def __init__(self, *reasons: "Reason") -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons = reasons


class ConflictError(DaypassError):
    """Another move was committed first; reload and judge again."""


class OutsideError(DaypassError):
    """Something outside this process did not do what was asked of it.

    `unknown` is true when a write may have happened although no answer came. `remedy` says in whole
    sentences what people can do about it, where they can, and may be shown to anybody.
    """

    unknown = False

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class TemporaryOutsideError(OutsideError):
    """It may work later; `delay` is the wait that the other side asked for, if it did."""

    def __init__(
        self,
        message: str,
        *,
        delay: timedelta | None = None,
        unknown: bool = False,
        remedy: str = "",
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.delay = delay
        self.unknown = unknown


class PermanentOutsideError(OutsideError):
    """It will not work until somebody changes something; the message says what."""


class UnreadableError(PermanentOutsideError):
    """One stored value cannot be read; all others can."""


class DamagedTrailError(DaypassError):
    """The audit trail, or an export of it, is not what was written; each fault names its place."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class ConfigurationError(DaypassError):
    """The configuration has faults; each names its line and what would be right."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class SettingsError(DaypassError):
    """The process cannot start; each fault names a setting and what would be right."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class BrokenInvariantError(DaypassError):
    """A bug in Daypass."""


class IllegalMoveError(BrokenInvariantError):
    """The table of moves has no such move."""
