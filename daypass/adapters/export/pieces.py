"""What both forms of an export have in common: how pieces are spelled, and what is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Never

from pydantic import TypeAdapter, ValidationError

from daypass.domain.errors import DamagedTrailError
from daypass.domain.trail import Checkpoint, Entry

_CHECKPOINT: Final = TypeAdapter(Checkpoint)
_ID: Final = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What stands at the end of an export, so that one that was cut off is noticed."""

    checkpoints: int = 0
    events: int = 0

    def plus(self, piece: Checkpoint | Entry) -> "Totals":
        """Return it with one more."""
        made = isinstance(piece, Checkpoint)
        return Totals(checkpoints=self.checkpoints + made, events=self.events + (not made))


def written(made: Checkpoint) -> Mapping[str, Any]:
    """Return a checkpoint as JSON has it."""
    fields: Mapping[str, Any] = _CHECKPOINT.dump_python(made, mode="json")
    return fields


def text_of(entry: Entry) -> str:
    """Return an event's bytes as text; what is no UTF-8 survives as lone surrogates."""
    return entry.body.decode("utf-8", "surrogateescape")


def a_checkpoint(fields: object, where: str) -> Checkpoint:
    """Read a checkpoint; DamagedTrailError when it is none."""
    try:
        return _CHECKPOINT.validate_python(fields)
    except ValidationError as error:
        first = error.errors()[0]
        refuse(where, f"no checkpoint ({'.'.join(map(str, first['loc']))}: {first['msg']})")


def an_entry(name: object, text: object, where: str) -> Entry:
    """Read an event; DamagedTrailError when it is none."""
    if not isinstance(name, str) or not _ID.fullmatch(name):
        refuse(where, f"{name!r} is no id of an event; one reads like 1763640000000-0")
    if not isinstance(text, str):
        refuse(where, "the event's own text is missing")
    try:
        return Entry(id=name, body=text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        refuse(where, "the event's own text is damaged")


def expect_whole(found: Totals, said: object, where: str) -> None:
    """Refuse an export whose last line counts something else than what is in it."""
    right = {"checkpoints": found.checkpoints, "events": found.events}
    if said != right:
        refuse(where, f"it says that the export holds {said}, it holds {right}")


def refuse(where: str, why: str) -> Never:
    """Say where an export is not what was written."""
    raise DamagedTrailError([f"{where}: {why}"])


CUT_OFF: Final = "the export is cut off: its last line, which counts what is in it, is missing"
