"""A burst of approvals, and many ends in one second."""

import signal
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bench.crowd import Crowd, until
from bench.gone import Gone, gone
from daypass.domain.ids import RequestId, lease_id
from daypass.domain.lease import LeaseState
from sandbox.stack import Stack

_PATIENCE: Final = 120.0
_PAUSE: Final = 2.0


def grants_per_second(stack: Stack, crowd: Crowd, names: Sequence[RequestId]) -> float:
    """Approve all while the grants worker is held, let it go, and see how fast it works.

    The notifications worker is held throughout, here and in `ends`: it would take the machine
    for thousands of messages that the real Slack lets through at one a second.
    """
    stack.processes["notifications"].signal(signal.SIGSTOP)
    worker = stack.processes["grants"]
    worker.signal(signal.SIGSTOP)
    try:
        crowd.approve(names)
        start = crowd.clock.now()
    finally:
        worker.signal(signal.SIGCONT)
    wanted = [lease_id(name, 1) for name in names]
    until(lambda: crowd.granted(wanted) == len(names), _PATIENCE, pause=_PAUSE)
    last = max(lease.granted_at or start for lease in crowd.leases(names))
    return len(names) / (last - start).total_seconds()


def ends(crowd: Crowd, names: Sequence[RequestId]) -> Gone:
    """Let all leases end within one second; return when they were gone."""
    crowd.end_within_a_second(crowd.leases(names), crowd.clock.now() + timedelta(seconds=3))
    until(lambda: _over(crowd, names), _PATIENCE, pause=_PAUSE)
    return gone(crowd.leases(names))


def _over(crowd: Crowd, names: Sequence[RequestId]) -> bool:
    return all(lease.state is LeaseState.ENDED for lease in crowd.leases(names))
