"""Names: a request is 12 random Crockford base32 characters, its leases add `-1`, `-2`."""

import re
from typing import Final, NewType

PersonId = NewType("PersonId", str)
"""A Slack user id, such as `U0ALICE`."""
RequestId = NewType("RequestId", str)
LeaseId = NewType("LeaseId", str)
MoveId = NewType("MoveId", str)
"""One per commit; tells our own write apart from somebody else's when the reply was lost."""

UNMOVED: Final = MoveId("")
"""The move id of a value that was never committed."""
OVER_ANYTHING: Final = -1
"""The version of a value that is written over whatever is there, for that cannot be read."""
LAST_VERSION: Final = 2**53 - 1
"""What every reader of JSON holds exactly; nothing of ours is moved as often."""
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH: Final = 12
"""Short enough to be typed, and never guessed nor drawn twice."""
RANDOM_BITS: Final = 5 * LENGTH
"""Five for each letter of an alphabet of 32."""
_WRITTEN: Final = re.compile(rf"([0-9a-z]{{{LENGTH}}})(?:-([1-9][0-9]?))?")
_ACCOUNT: Final = re.compile(r"[UW][A-Z0-9]{2,20}")
_LOOKALIKES: Final = str.maketrans({"o": "0", "i": "1", "l": "1"})


def is_person(name: str) -> bool:
    """Whether that is an account's id as Slack writes it."""
    return _ACCOUNT.fullmatch(name) is not None


def next_version(read_at: int) -> int:
    """Return the version that a move writes over what was read at one, or over anything.

    The last one of all nobody comes to, but somebody may write it: what follows has to be readable.
    """
    return max(read_at, 0) + 1 if read_at < LAST_VERSION else 1


def request_id(random: int) -> RequestId:
    """Spell `random` (60 bits) as a request id."""
    return RequestId("".join(ALPHABET[random >> 5 * n & 31] for n in reversed(range(LENGTH))))


def lease_id(request: RequestId, number: int) -> LeaseId:
    """Name the `number`-th (from 1) lease of a request."""
    return LeaseId(f"{request}-{number}")


def request_of(lease: LeaseId) -> RequestId:
    """Return the request that a lease came from."""
    return RequestId(lease.partition("-")[0])


def is_lease(name: str) -> bool:
    """Whether that is a lease's name as we write it."""
    read = read_id(name)
    return read is not None and read[1] == name


def read_id(text: str) -> tuple[RequestId, LeaseId | None] | None:
    """Read an id as people write it: any case, `o` for 0, with or without the lease's suffix.

    Returns None when it is no id.
    """
    written = _WRITTEN.fullmatch(text.strip().lstrip("#").lower())
    if written is None:
        return None
    request = RequestId(written[1].translate(_LOOKALIKES))
    if set(request) - set(ALPHABET):
        return None
    return request, LeaseId(f"{request}-{written[2]}") if written[2] else None
