"""What every listener shares, and the one place where what came of a click becomes an answer."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from bot.grammar.correct import onward
from bot.grammar.line import Line
from bot.responses import Responder
from bot.texts import contended, troubled
from bot.turns import Turns
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.refusal import refusal
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import ConflictError, OutsideError, RefusedError
from daypass.domain.reasons import Reason
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
    turns: Turns = field(default_factory=Turns)
    """Whose look into a cluster it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that a person did: `key` tells it from every other, `tell` answers them alone.

    `line` is what they could type, without the command's name, to do the same; empty for nothing.
    `meant` is how it was understood, so that a refusal comes with the line that would be right.
    """

    key: str
    tell: Callable[[Message], None]
    line: str = ""
    meant: Line | None = None


def respond(
    interaction: Interaction, work: Callable[[], Message | None], services: Services
) -> None:
    """Do an interaction once and tell its outcome; only bugs escape."""
    name = reference(interaction.key)
    try:
        said = work() if services.ports.store.once(interaction.key, REMEMBERED) else None
    except RefusedError as error:
        said = refusal(error.reasons, *_better(interaction, error.reasons, services.scene))
    except ConflictError:
        _log.warning("bot.contended", reference=name)
        said = contended(name)
    except OutsideError as error:
        _log.warning("bot.interrupted", reference=name, why=str(error))
        said = troubled(error, name, services.scene, line=interaction.line)
    if said is not None:
        interaction.tell(said)


def reference(key: str) -> str:
    """Return the word under which the log tells of an interaction."""
    return hashlib.blake2s(key.encode(), digest_size=5).hexdigest()


def _better(interaction: Interaction, reasons: Sequence[Reason], scene: Scene) -> Sequence[str]:
    if interaction.meant is None:
        return ()
    return [f"{scene.command} {line}" for line in onward(interaction.meant, reasons)]
