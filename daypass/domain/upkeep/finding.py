"""What a look found: one plain sentence, how bad it is, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # it works, and somebody should know
    TROUBLE = "trouble"  # a grant, an end or a law does not hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`says` is a sentence about what it is `about`; `mend` the command, or what else to do.

    `blind`: it says only that something could not be looked at.
    """

    mark: Mark
    about: str
    says: str
    mend: str = ""
    blind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Makes findings about one cluster."""

    name: str

    def ok(self, says: str) -> Finding:
        """That is as it should be."""
        return Finding(mark=Mark.OK, about=self.name, says=says)

    def warning(self, says: str, mend: str = "") -> Finding:
        """It works, and somebody should know."""
        return Finding(mark=Mark.WARNING, about=self.name, says=says, mend=mend)

    def trouble(self, says: str, mend: str) -> Finding:
        """Something does not hold."""
        return Finding(mark=Mark.TROUBLE, about=self.name, says=says, mend=mend)

    def unseen(self, says: str, mend: str = "") -> Finding:
        """That could not be looked at, so nobody knows."""
        return Finding(mark=Mark.WARNING, about=self.name, says=says, mend=mend, blind=True)

    def away(self, says: str, mend: str) -> Finding:
        """Nothing of it could be looked at; nor can Daypass work there, from here."""
        return Finding(mark=Mark.TROUBLE, about=self.name, says=says, mend=mend, blind=True)
