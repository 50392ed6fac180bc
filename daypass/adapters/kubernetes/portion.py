"""How much of a list is asked for at once, and for how long it is waited for. Pure.

Anybody may write megabytes into an object, and thousands of objects beside ours: a page may be too
much to be held or written in time, and a server that lists from etcd, as older ones do and any
without its cache, goes through gigabytes of others' to find even one of ours.
"""

from dataclasses import dataclass
from typing import Final

_PAGE: Final = 500
"""Objects: kubectl's own page."""
_FEWER: Final = 8
"""Times fewer objects in the next try of a page: from a whole page to one object are three."""
_FEW: Final = _PAGE // _FEWER
_PATIENCE: Final = 12
"""So many times longer a page may take where fewer objects make it no faster: a minute, which is as
long as a server works at a request (`--request-timeout`)."""


@dataclass(slots=True, kw_only=True)
class Portion:
    """How many objects of a list are asked for at once."""

    most: int = _PAGE
    ceiling: int = _PAGE
    """What was too much for a server to write in time is not asked for again: each costs that."""
    patient: bool = True
    """Whether there is time for anything else where a page does not come in time."""
    longer: int = 1
    """How much longer it may take by now."""

    def is_least(self, *, slow: bool) -> bool:
        """Whether nothing else can be asked for."""
        if slow:
            return not self.patient or self.longer > 1
        return self.most == 1

    def shrink(self, *, slow: bool) -> None:
        """Ask for fewer; where even one took too long, for a few that may take longer."""
        if slow and self.most == 1:
            self.longer, self.ceiling, self.most = _PATIENCE, _FEW, _FEW
            return
        if slow:
            self.ceiling = max(1, self.most // 2)
        self.most = max(1, self.most // _FEWER)

    def grow(self) -> None:
        """Ask for more."""
        self.most = min(self.ceiling, self.most * 2)
