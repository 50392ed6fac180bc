"""MACs of the grants workers: over values, written so that no two ways of saying one differ."""

import hashlib
import hmac
import json
from collections.abc import Sequence


def mac_over(said: Sequence[object], key: bytes) -> str:
    """Return the MAC over what JSON can say, in hex."""
    message = json.dumps(said, separators=(",", ":")).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def same_mac(expected: str, found: str) -> bool:
    """Whether two are the same, in a time that tells nothing of where they differ."""
    # As bytes: anybody may write a MAC that is no ASCII, which texts are not compared with.
    return hmac.compare_digest(expected.encode(), found.encode())
