"""Values under their keys: where each is kept, and whether what is kept there is that one."""

from typing import Final, TypeVar, cast

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import decode
from daypass.adapters.redis.sized import TOO_LONG
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import UnreadableError
from daypass.domain.lease import Lease
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.request import Request
from daypass.domain.tally import Tally

Value = Request | Lease | Pin | NameOwner | Freeze | Epoch | Tally
LONGEST: Final = 256
"""Bytes of a name that is read from a list; a cluster's, the longest of ours, has 63."""
_NO_TEXT: Final = "\N{REPLACEMENT CHARACTER}"
V = TypeVar("V", Request, Lease, Pin, NameOwner, Freeze, Epoch, Tally)


def key_of(value: Value) -> str:
    """Return the key of a value."""
    match value:
        case Request():
            return keys.request(value.id)
        case Lease():
            return keys.lease(value.id)
        case Pin():
            return keys.person(value.id)
        case Freeze():
            return keys.FREEZE
        case Epoch():
            return keys.EPOCH
        case NameOwner() | Tally():
            of_user = keys.name_owner if isinstance(value, NameOwner) else keys.tally
            return of_user(value.cluster, value.username)


def read(kind: type[V], key: str, stored: bytes) -> V:
    """Read a value; UnreadableError where it is none, or another's.

    One that bears another's name would stand in lists in the place of that one, and be moved in
    its stead.
    """
    if stored is TOO_LONG:
        raise UnreadableError(f"a stored {kind.__name__.lower()} cannot be read: it is too long")
    value = decode(kind, stored)
    if key_of(value) != key:
        raise UnreadableError(f"a stored {kind.__name__.lower()} cannot be read: it is another's")
    return value


def texts(names: object) -> list[str]:
    """Read names; what is no text names nothing of ours, and hides nothing else."""
    found = [name.decode(errors="replace") for name in cast("list[bytes] | set[bytes]", names)]
    return [name for name in found if _NO_TEXT not in name]
