"""What every listener shares, and the one place where an errand's outcome becomes an answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.outlet import Outlet
from bot.replies import contended, troubled
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.refusal import refusal
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import ConflictError, OutsideError, RefusedError
from daypass.ports import AskPorts

REMEMBERED: Final = timedelta(minutes=30)
"""Slack's own addresses for answers live as long; nothing is delivered again after that."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The ports, how Slack is answered, and what answers look like."""

    ports: AskPorts
    outlet: Outlet
    scene: Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One thing that a person did: `key` tells it from every other, `tell` answers them alone.

    `line` is what they could type, without the command's name, to do the same; empty for nothing.
    """

    key: str
    tell: Callable[[Message], None]
    line: str = ""


def attend(errand: Errand, work: Callable[[], Message | None], desk: Desk) -> None:
    """Do an errand once and tell its outcome; only bugs escape."""
    said = _outcome(errand, work, desk)
    if said is not None:
        errand.tell(said)


def reference(key: str) -> str:
    """Return the word under which the log tells of an errand."""
    return hashlib.blake2s(key.encode(), digest_size=5).hexdigest()


def _outcome(errand: Errand, work: Callable[[], Message | None], desk: Desk) -> Message | None:
    name = reference(errand.key)
    try:
        return work() if desk.ports.store.once(errand.key, REMEMBERED) else None
    except RefusedError as error:
        return refusal(error.reasons)
    except ConflictError:
        _log.warning("contended", reference=name)
        return contended(name)
    except OutsideError as error:
        _log.warning("outside trouble", reference=name, why=str(error))
        return troubled(error, name, desk.scene, line=errand.line)
