"""What every listener shares, and the one place where what came of a click becomes an answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.responses import Responder
from bot.texts import contended, troubled
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.refusal import refusal
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import ConflictError, OutsideError, RefusedError
from daypass.ports import AskPorts

REMEMBERED: Final = timedelta(minutes=30)
"""Slack's own addresses for answers live as long; nothing is delivered again after that."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The ports, how Slack is answered, and what answers look like."""

    ports: AskPorts
    responder: Responder
    scene: Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that a person did: `key` tells it from every other, `tell` answers them alone.

    `line` is what they could type, without the command's name, to do the same; empty for nothing.
    """

    key: str
    tell: Callable[[Message], None]
    line: str = ""


def respond(
    interaction: Interaction, work: Callable[[], Message | None], services: Services
) -> None:
    """Do an interaction once and tell its outcome; only bugs escape."""
    said = _outcome(interaction, work, services)
    if said is not None:
        interaction.tell(said)


def reference(key: str) -> str:
    """Return the word under which the log tells of an interaction."""
    return hashlib.blake2s(key.encode(), digest_size=5).hexdigest()


def _outcome(
    interaction: Interaction, work: Callable[[], Message | None], services: Services
) -> Message | None:
    name = reference(interaction.key)
    try:
        return work() if services.ports.store.once(interaction.key, REMEMBERED) else None
    except RefusedError as error:
        return refusal(error.reasons)
    except ConflictError:
        _log.warning("contended", reference=name)
        return contended(name)
    except OutsideError as error:
        _log.warning("outside trouble", reference=name, why=str(error))
        return troubled(error, name, services.scene, line=interaction.line)
