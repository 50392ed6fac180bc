"""Values have versions: who read an older one is told so, who wrote this one is done."""

from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import ConflictError
from daypass.domain.ids import OVER_ANYTHING, MoveId, next_version
from daypass.domain.lease import Lease
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.request import Request
from daypass.domain.tally import Tally

Value = Request | Lease | Pin | NameOwner | Freeze | Epoch | Tally


def is_written(value: Value, stored: Value | None, move: MoveId) -> bool:
    """Whether what is stored is what that move made of `value`."""
    return (
        stored is not None and stored.move == move and stored.version == next_version(value.version)
    )


def expect(value: Value, stored: Value | None) -> None:
    """Raise ConflictError unless what is stored has the version of `value`."""
    version = stored.version if stored else 0
    if value.version not in {OVER_ANYTHING, version}:
        raise ConflictError(f"{_name(value)} was read at {value.version} and is at {version} now")


def _name(value: Value) -> str:
    if isinstance(value, NameOwner | Freeze | Epoch | Tally):
        return type(value).__name__.lower()
    return value.id
