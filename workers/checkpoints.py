"""What the timekeeper does for the audit trail: checkpoints, told to the log, and retention."""

from functools import partial

import structlog

from daypass.domain.errors import SettingsError
from daypass.ports import PromiseKind, TrailPorts
from daypass.usecases.audit.checkpoint import checkpoint
from daypass.usecases.audit.retain import retain
from daypass.usecases.shared.tick import Tasks

_log = structlog.get_logger()


def seal(ports: TrailPorts) -> None:
    """Make a checkpoint if anything happened, and write its hash where Redis cannot reach it.

    Raises SettingsError where there is no key: that is said, and delays nothing else (law 10).
    """
    if not ports.key:
        missing = "DAYPASS_AUDIT_KEY: not set; without it the audit trail cannot be verified"
        raise SettingsError([missing])
    done = checkpoint(ports)
    if done is None:
        return
    made = done.made
    told = _log.bind(head=made.hash, checkpoint=made.number, events=made.count, upto=made.upto)
    if done.doubted:
        told.error("audit.doubted", why="the checkpoint before is changed, or of another key")
    told.info("audit.checkpoint")


def tasks(ports: TrailPorts) -> Tasks:
    """Return what promises the timekeeper sees to besides requests that lapse."""
    return {PromiseKind.RETAIN: partial(retain, ports=ports)}
