"""Pictures of clusters, in memory."""

from collections.abc import Iterator, Mapping, Sequence

from daypass.adapters.memory.heartbeats import MemoryHeartbeats
from daypass.domain.picture import About, Edit, Entry, Kind


class MemoryPictures:
    """`ports.Pictures` in one process; `heartbeats` knows who has which duty."""

    def __init__(self, heartbeats: MemoryHeartbeats) -> None:
        self._heartbeats = heartbeats
        self._entries: dict[str, dict[str, Entry]] = {}
        self._about: dict[str, About] = {}

    def about(self, cluster: str) -> About | None:
        """Return what is to be said of a picture."""
        return self._about.get(cluster)

    def entries(self, cluster: str, kind: Kind) -> Iterator[Entry]:
        """Yield all of a kind."""
        there = list(self._entries.get(cluster, {}).values())
        return (entry for entry in there if entry.kind is kind)

    def named(self, cluster: str, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return those of `keys` that are there."""
        there = self._entries.get(cluster, {})
        return {key: there[key] for key in keys if key in there}

    def keys(self, cluster: str, kind: Kind) -> frozenset[str]:
        """Return the keys of all of a kind."""
        return frozenset(entry.key for entry in self.entries(cluster, kind))

    def edit(self, edit: Edit, duty: str, holder: str) -> bool:
        """Change a picture, if `holder` has that duty."""
        if not self._heartbeats.has_duty(duty, holder):
            return False
        there = self._entries.setdefault(edit.cluster, {})
        there |= {entry.key: entry for entry in edit.there}
        for key in edit.gone:
            there.pop(key, None)
        return True

    def forget(self) -> None:
        """Be a store that was emptied."""
        self._entries.clear()
        self._about.clear()

    def keep_about(self, about: About, duty: str, holder: str) -> bool:
        """Say what is to be said of it, if `holder` has that duty."""
        if not self._heartbeats.has_duty(duty, holder):
            return False
        self._about[about.cluster] = about
        return True
