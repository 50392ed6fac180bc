"""The outermost loop of a claim: whatever escapes is said, and the agenda brings the claim back."""

from collections.abc import Callable

import structlog

from daypass.adapters.redis.said import Said
from daypass.domain.errors import OutsideError, UnreadableError
from daypass.ports import Claim

_log = structlog.get_logger()


def loudly(
    do: Callable[[], object], what: object, *, role: str, said: Said | None = None, **where: str
) -> bool:
    """Do it; whatever escapes is logged. Returns whether nothing escaped."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 - The outermost loop of a claim.
        log_escaped(error, what, role=role, said=said, **where)
        return False
    return True


def log_escaped(
    error: BaseException, what: object, *, role: str, said: Said | None = None, **where: str
) -> None:
    """Say what kept something from being done; of a bug also for `what` it was.

    By who has `said` what before what cannot be read is named once: it comes back every few seconds
    for as long as it stands, however much of it somebody wrote.
    """
    if said is not None and isinstance(error, UnreadableError):
        key = " ".join(filter(None, (*where.values(), _subject(what))))
        said.error(f"{role}.unreadable", key, str(error))
    elif isinstance(error, OutsideError):
        _log.warning(f"{role}.interrupted", **where, why=str(error))
    else:
        _log.error(f"{role}.broken", **where, claims=repr(what), exc_info=error)


def _subject(what: object) -> str:
    """Name what a claim is about, where it is one claim."""
    match what:
        case Claim() as one:
            return one.promise.subject
        case [Claim() as one]:
            return one.promise.subject
        case _:
            return ""
