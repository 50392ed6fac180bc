"""The word of whoever sees each change on a cluster: only a grants worker can have said it."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self


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
        expected = self._mac(install, cluster, key)
        return hmac.compare_digest(expected.encode(), self.mac.encode())

    def _mac(self, install: str, cluster: str, key: bytes) -> str:
        covered = ["watched", install, cluster, self.at.isoformat()]
        message = json.dumps(covered, separators=(",", ":")).encode()
        return hmac.new(key, message, hashlib.sha256).hexdigest()
