"""What is to end before its time: what of it is stored beside the leases themselves."""

from collections.abc import Sequence
from typing import Protocol

from daypass.domain.ids import LeaseId
from daypass.domain.offboarding import Offboarding


class Early(Protocol):
    """The part of the store by which such an end is found without any row of the agenda."""

    def early(self, cluster: str) -> Sequence[LeaseId]:
        """Return the ids of what is to end on a cluster before what is there says so.

        Those are leases that are `early`, and those of whose holders something was said; others may
        be among them, for more than one may write there. Only grants workers take one off.
        """
        ...

    def not_early(self, cluster: str, names: Sequence[LeaseId]) -> None:
        """Take off that list what is not to end before its time."""
        ...

    def offboardings(self, leases: Sequence[LeaseId]) -> Sequence[Offboarding]:
        """Return which of `leases` their holders may not have any more."""
        ...

    def keep_offboarding(self, offboarding: Offboarding, *, cluster: str) -> None:
        """Keep for a day that a holder may not have a lease, in place of what was said before.

        On that cluster it is to end before its time.
        """
        ...
