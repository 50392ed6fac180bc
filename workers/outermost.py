"""The outermost loop of a claim: whatever escapes is said, and the agenda brings the claim back."""

from collections.abc import Callable

import structlog

from daypass.domain.errors import OutsideError

_log = structlog.get_logger()


def loudly(do: Callable[[], object], what: object, *, role: str, **where: str) -> bool:
    """Do it; whatever escapes is logged. Returns whether nothing escaped."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 - The outermost loop of a claim.
        log_escaped(error, what, role=role, **where)
        return False
    return True


def log_escaped(error: BaseException, what: object, *, role: str, **where: str) -> None:
    """Say what kept something from being done; of a bug also for `what` it was."""
    if isinstance(error, OutsideError):
        _log.warning(f"{role}.interrupted", **where, why=str(error))
    else:
        _log.error(f"{role}.broken", **where, claims=repr(what), exc_info=error)
