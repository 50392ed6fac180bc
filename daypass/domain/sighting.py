"""What a watch on a cluster shows, one change at a time."""

from dataclasses import dataclass

from daypass.domain.grant import GrantObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The cluster is at `revision`: so far everything was seen.

    `anew` says that something before it was not seen, and that it takes a comparison of the whole.
    `found` is what changed, as it is now, or as it was last where it is `gone`; without one there
    was nothing, and the watch lives.
    """

    revision: str
    found: GrantObject | None = None
    gone: bool = False
    anew: bool = False
