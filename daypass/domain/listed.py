"""What is kept of an object that a list showed: little, for there may be many thousands. Pure."""

from dataclasses import dataclass
from typing import Final

from daypass.domain.grant import EXPIRES_AT, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef

_WORD: Final = 100
"""Characters of a name that people read in a line: somebody may have written thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An object under our label: where it is, whose it says that it is, and what holds it.

    `said` is who has what until when, for people. What it gives has to be read afresh.
    """

    ref: ObjectRef
    lease: LeaseId
    finalizers: tuple[str, ...] = ()
    said: str = ""


def listed(found: GrantObject) -> Listed:
    """Return what is kept of it."""
    who = ", ".join(_short(subject.name) for subject in found.subjects) or "nobody"
    end = _short(found.annotations.get(EXPIRES_AT, "")) or "for ever"
    return Listed(
        ref=found.ref,
        lease=found.lease,
        finalizers=found.finalizers,
        said=f"{who}, {_short(str(found.role))}, until {end}",
    )


def _short(text: str) -> str:
    return text if len(text) <= _WORD else f"{text[: _WORD - 1]}…"
