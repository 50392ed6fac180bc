"""What every reason for a no is."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason; every kind of it is a subclass below."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whom its sentence names by account: a name is what its owner calls themselves."""
        return ()


def either(names: Sequence[str], link: str = "or") -> str:
    """Join names as a sentence does: `a, b or c`."""
    *first, last = names
    return f"{', '.join(first)} {link} {last}" if first else last
