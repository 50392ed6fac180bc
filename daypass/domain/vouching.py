"""The word of whoever sees each change on a cluster: only a grants worker can have said it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from daypass.domain.macs import mac_over, same_mac


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """That each change on a cluster was seen at `at`; without a `mac` it is nobody's word.

    Whoever may write to the store can keep it back, or show an old one, but not make one up.
    """

    at: datetime
    mac: str = ""

    def sealed(self, install: str, cluster: str, key: bytes) -> Self:
        """Return it with its MAC, for that cluster alone."""
        return type(self)(at=self.at, mac=self._mac(install, cluster, key))

    def is_sealed(self, install: str, cluster: str, key: bytes) -> bool:
        """Whether the holder of `key` said it, of that cluster."""
        return same_mac(self._mac(install, cluster, key), self.mac)

    def _mac(self, install: str, cluster: str, key: bytes) -> str:
        return mac_over(["watched", install, cluster, self.at.isoformat()], key)
