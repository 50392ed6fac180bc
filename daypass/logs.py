"""How processes write their log: one event per line, JSON for machines, colours on a terminal.

Nothing that looks like a secret leaves here, whoever logged it.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor

from daypass.domain import secrets

_QUIET: Final = ("slack_bolt", "slack_sdk", "urllib3", "kubernetes", "rq")
_SECRET: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:xox[a-z]-[\w-]+|xapp-[\w-]+|eyJ[\w-]{10,1000}\.[\w.-]+)"
    r"|(?<=Bearer )\S+|(?<=://)[^:/@\s]*:[^/@\s]++(?=@)"
)
"""More than `secrets` knows: a piece of a token is hidden too, of an address the password only."""
_SECRET_KEY: Final = re.compile(r"(?i)token|secret|password|mac_key|audit_key|authorization")
HIDDEN: Final = "[hidden]"


def configure(role: str, stream: TextIO) -> None:
    """Send every log line of this process, structlog's and the libraries', to `stream`.

    `role` is in every line. Slack's libraries, urllib3, the Kubernetes client and RQ speak from
    WARNING up only.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Role(role),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(shared, stream))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace what looks like a secret, in every value and under every key that names one."""
    return {key: _hidden(key, value) for key, value in event.items()}


class _Role:
    """Adds the process's role to each event."""

    def __init__(self, role: str) -> None:
        self._role = role

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        event["role"] = self._role
        return event


def _formatter(shared: list[Processor], stream: TextIO) -> logging.Formatter:
    ending: list[Processor] = [structlog.dev.ConsoleRenderer()]
    if not stream.isatty():
        ending = [structlog.processors.JSONRenderer()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            *ending,
        ],
    )


def _hidden(key: str, value: Any) -> Any:  # noqa: ANN401 - an event holds anything
    if _SECRET_KEY.search(key) and value:
        return HIDDEN
    match value:
        case str():
            return _blotted(value)
        case Mapping():
            return {name: _hidden(str(name), one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_hidden("", one) for one in value]
        case bool() | int() | float() | None:
            return value
        case _:
            return _blotted(str(value))


def _blotted(text: str) -> str:
    return secrets.without_secrets(_SECRET.sub(HIDDEN, text), HIDDEN)
