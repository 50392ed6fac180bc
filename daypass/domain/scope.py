"""Where on a cluster a right holds: everywhere, or in some namespaces."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The whole cluster when `namespaces` is empty, else just these (sorted, no doubles)."""

    namespaces: tuple[str, ...] = ()

    @property
    def cluster_wide(self) -> bool:
        """Whether the right holds on the whole cluster."""
        return not self.namespaces

    @property
    def places(self) -> tuple["Scope", ...]:
        """The places in it, each by itself: its namespaces, or the whole cluster."""
        return tuple(Scope(namespaces=(namespace,)) for namespace in self.namespaces) or (self,)

    def overlaps(self, other: "Scope") -> bool:
        """Whether there is a place that is in both."""
        everywhere = self.cluster_wide or other.cluster_wide
        return everywhere or not set(self.namespaces).isdisjoint(other.namespaces)

    def within_all(self, others: Iterable["Scope"]) -> bool:
        """Whether each place in it is in one of the others."""
        there = tuple(others)
        named = {namespace for one in there for namespace in one.namespaces}
        everywhere = any(one.cluster_wide for one in there)
        return everywhere or (not self.cluster_wide and named.issuperset(self.namespaces))

    def __str__(self) -> str:
        """Read as people say it: `in payments, team-a` or `cluster-wide`."""
        return f"in {', '.join(self.namespaces)}" if self.namespaces else "cluster-wide"


CLUSTER_WIDE = Scope()


def within(*namespaces: str) -> Scope:
    """Return the scope of these namespaces (at least one)."""
    return Scope(namespaces=tuple(sorted(set(namespaces))))
