"""Turns: which of a lease's objects a try begins with, where some take so long that it must end.

A server may only time out with a few of them, whoever makes it: a namespace's webhook, say. What a
try did not come to is the next one's first.
"""

from collections.abc import Sequence
from typing import Final

from daypass.domain.lease import Lease, ObjectRef
from daypass.ports import GrantPorts

PATIENCE: Final = 30
"""Seconds after which one try ends where it fails: of some objects the server may only time out."""


def by_turns(lease: Lease, own: Sequence[ObjectRef], ports: GrantPorts) -> Sequence[ObjectRef]:
    """Return a lease's own objects: last those that failed, the longest untried of them first."""
    waiting = ports.witness.failed.get(lease.id, ())
    return [
        *(ref for ref in own if ref not in waiting),
        *(ref for ref in waiting if ref in own),
    ]


def remember(
    lease: Lease, turn: Sequence[ObjectRef], done: Sequence[bool], *, ports: GrantPorts
) -> None:
    """Keep what failed of those that were tried, where that kept a try from coming to all."""
    failed = [ref for ref, well in zip(turn, done, strict=False) if not well]
    if len(done) < len(turn) or (failed and lease.id in ports.witness.failed):
        ports.witness.failed[lease.id] = failed
    else:
        ports.witness.failed.pop(lease.id, None)
