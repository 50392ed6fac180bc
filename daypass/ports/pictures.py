"""Pictures of clusters: written by whoever watches one, read by everybody."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from daypass.domain.picture import About, Edit, Entry, Kind


class Pictures(Protocol):
    """One picture per cluster; it stays when nobody watches any more, with its age."""

    def about(self, cluster: str) -> About | None:
        """Return what is to be said of a picture; None where there never was one."""
        ...

    def entries(self, cluster: str, kind: Kind) -> Iterator[Entry]:
        """Yield all of a kind, in no order, a part at a time; what cannot be read is left out."""
        ...

    def named(self, cluster: str, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return those of `keys` that are there."""
        ...

    def keys(self, cluster: str, kind: Kind) -> frozenset[str]:
        """Return the keys of all of a kind."""
        ...

    def edit(self, edit: Edit, duty: str, holder: str) -> bool:
        """Change a picture, if `holder` has that duty; False, and nothing changed, where not.

        Whoever slept through the end of the duty never writes older over newer.
        """
        ...

    def keep_about(self, about: About, duty: str, holder: str) -> bool:
        """Say what is to be said of it, if `holder` has that duty."""
        ...
