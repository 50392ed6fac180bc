"""When many leases that ended at one time were gone, beside what the floor needs for so many."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.figures import spread
from bench.floor import Floor
from daypass.domain.lease import Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How late each was, and seconds from the first end until the last of them was proven gone."""

    lags: Sequence[float]
    seconds: float

    def beside(self, base: Floor) -> str:
        """Write it, and how many times that is what the floor needs."""
        needs = len(self.lags) / base.undone
        times = self.seconds / needs
        return f"{spread(self.lags)}; all after {self.seconds:.1f} s = {times:.2f} × floor"


def gone(leases: Sequence[Lease]) -> Gone:
    """Return how it was with leases that are over."""
    ends = [(one.ends_at, one.ended_at) for one in leases if one.ends_at and one.ended_at]
    return Gone(
        lags=[(over - due).total_seconds() for due, over in ends],
        seconds=(max(over for _, over in ends) - min(due for due, _ in ends)).total_seconds(),
    )


def needed(base: Floor, count: int) -> str:
    """Write what the floor needs for so many."""
    return f"delete + review, 16 threads: {base.undone:,.0f}/s, {count / base.undone:.1f} s for all"
