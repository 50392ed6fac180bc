"""The grammar of `daypass audit`."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from daypass.cli import audit
from daypass.domain.ids import LeaseId, RequestId, read_id

_WHEN: Final = "2026-11-20 or 2026-11-20T14:30:00Z"


def add_audit(group: argparse.ArgumentParser) -> None:
    """Add the commands for the audit trail."""
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_verify(commands.add_parser("verify", help="say whether the trail is what was written"))
    _add_export(commands.add_parser("export", help="print the trail, to be kept elsewhere"))
    show = commands.add_parser(
        "show", help="tell what happened to a request", description="Needs DAYPASS_REDIS_URL."
    )
    show.add_argument("id", type=_id, metavar="ID", help="a request or one of its leases")
    show.set_defaults(run=audit.show)


def _add_verify(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Needs DAYPASS_AUDIT_KEY and DAYPASS_REDIS_URL, or a file. Exit status 1 where the trail "
        "is not what was written."
    )
    command.add_argument(
        "--head",
        type=_hash,
        metavar="HASH",
        help="a checkpoint's hash from a log or a cluster: it must be in the chain",
    )
    command.add_argument("--file", type=Path, metavar="EXPORT", help="an export, instead of Redis")
    command.set_defaults(run=audit.check)


def _add_export(command: argparse.ArgumentParser) -> None:
    command.description = "Needs DAYPASS_REDIS_URL. Prints whole checkpoints, so a little more."
    command.add_argument("--since", type=_when, metavar="WHEN", help=f"{_WHEN}; UTC")
    command.add_argument("--until", type=_when, metavar="WHEN", help="likewise")
    command.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    command.set_defaults(run=audit.export)


def _hash(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no hash; it has 64 digits from 0 to f")
    return text.lower()


def _when(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no time; write {_WHEN}") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _id(text: str) -> tuple[RequestId, LeaseId | None]:
    name = read_id(text)
    if name is None:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no id; write a request (k7q2m9x4t1bd) or a lease (k7q2m9x4t1bd-1)"
        )
    return name
