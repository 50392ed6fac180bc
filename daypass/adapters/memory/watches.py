"""What each watch of a cluster in memory has seen so far; what changed since is the difference."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from daypass.domain.grant import GrantObject
from daypass.domain.sighting import Sighting


class Watches:
    """Remembers by revision what was there."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], Mapping[str, GrantObject]] = {}
        self._revisions = count(1)

    def between(self, kind: str, since: str, there: Sequence[GrantObject]) -> Iterator[Sighting]:
        """Yield what is gone since then, what is new or changed, and that there is no more."""
        before, revision = self._seen.get((kind, since)), str(next(self._revisions))
        now = self._seen[kind, revision] = {found.ref.uid: found for found in there}
        if before is None:
            yield Sighting(revision=revision, anew=True)
            return
        for uid, found in before.items():
            if uid not in now:
                yield Sighting(revision=revision, found=found, gone=True)
        for uid, found in now.items():
            if uid not in before or before[uid].revision != found.revision:
                yield Sighting(revision=revision, found=found)
        yield Sighting(revision=revision)
