"""Checkpoint: chain what happened since the last one; about once a second, by any timekeeper."""

from dataclasses import dataclass
from typing import Final

from daypass.domain.trail import Checkpoint, sealed
from daypass.ports import TrailPorts

MOST: Final = 1_000
"""Events in one checkpoint: about 0.3 MB, some milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A checkpoint that was appended; `doubted`: the one that it follows was not made so by us.

    The chain goes on from it all the same: what happens from now on must not go unproven.
    """

    made: Checkpoint
    doubted: bool


def checkpoint(ports: TrailPorts) -> Sealed | None:
    """Append a checkpoint over what happened since the newest.

    None when nothing did, or when another timekeeper was first. Raises OutsideError, among them
    UnreadableError when the newest is damaged: the chain cannot go on then.
    """
    last = ports.trail.last()
    entries = ports.trail.entries(last.upto if last else "", MOST)
    if not entries:
        return None
    made = sealed(last, entries, at=ports.clock.now(), key=ports.key)
    if not ports.trail.append(made):
        return None
    return Sealed(made=made, doubted=last is not None and not last.is_signed(ports.key))
