"""Names that nobody can guess and nobody has."""

import secrets
from typing import Final

from daypass.domain.ids import RANDOM_BITS, MoveId, RequestId, request_id

_MOVE_BYTES: Final = 12
"""96 bits: no two moves ever draw the same."""


class RandomIds:
    """From the operating system's randomness."""

    def request(self) -> RequestId:
        """Return a request id nobody has (60 bits; a commit refuses one that somebody has)."""
        return request_id(secrets.randbits(RANDOM_BITS))

    def move(self) -> MoveId:
        """Return a new move id."""
        return MoveId(secrets.token_urlsafe(_MOVE_BYTES))
