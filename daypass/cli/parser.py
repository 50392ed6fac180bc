"""The grammar of `daypass`; each command names the function that runs it."""

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from daypass import VERSION
from daypass.cli import config, discover, doctor, incident, key, people, rbac, reconcile, status
from daypass.cli.audit_grammar import add_audit
from daypass.cli.report import Report
from daypass.domain.duration import DurationError, read_duration
from daypass.domain.ids import is_person
from daypass.domain.unseen import says_nothing

Command = Callable[[argparse.Namespace, Mapping[str, str]], str | Report | Iterator[str]]
"""Takes what was written and the environment, returns what to print, perhaps line by line."""


_STORE: Final = "Needs DAYPASS_CONFIG and DAYPASS_REDIS_URL."
_WAIT: Final = timedelta(seconds=30)
"""Longer than a cluster that answers needs to let everything go."""


def parser() -> argparse.ArgumentParser:
    """Return the whole grammar."""
    top = argparse.ArgumentParser(
        prog="daypass", description="Just-in-time access to Kubernetes: for administrators."
    )
    top.add_argument("--version", action="version", version=f"daypass {VERSION}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_config(commands.add_parser("config", help="look after daypass.yaml"))
    _add_rbac(commands.add_parser("rbac", help="print what the grants worker needs on a cluster"))
    _add_doctor(commands.add_parser("doctor", help="say what of the clusters is not as it should"))
    _add_people(commands.add_parser("people", help="look after the accounts that are trusted"))
    add_audit(commands.add_parser("audit", help="verify, export and read the audit trail"))
    _add_reconcile(commands.add_parser("reconcile", help="end what must end, without Redis"))
    _add_revoke(commands.add_parser("revoke", help="end everything, or all of a cluster or person"))
    _add_freeze(commands.add_parser("freeze", help="stop new grants"))
    _add_thaw(commands.add_parser("thaw", help="let grants go on"))
    _add_discover(commands.add_parser("discover", help="list what is on a cluster"))
    shown = commands.add_parser("status", help="say how everything stands", description=_STORE)
    shown.set_defaults(run=status.status)
    made = commands.add_parser("key", help="make a new key, for MACs or the audit trail")
    made.set_defaults(run=key.make)
    return top


def _add_config(group: argparse.ArgumentParser) -> None:
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="print every fault with its line, else a summary")
    _add_file(check)
    check.add_argument(
        "--risks",
        action="store_true",
        help="also say what levels lead to, as clusters were seen last; needs DAYPASS_REDIS_URL",
    )
    check.set_defaults(run=config.check)
    schema = commands.add_parser("schema", help="print the JSON Schema, for editors")
    schema.set_defaults(run=config.schema)


def _add_rbac(command: argparse.ArgumentParser) -> None:
    _add_file(command)
    command.add_argument("--cluster", required=True, metavar="NAME", help="a cluster of the file")
    command.add_argument(
        "--dead-mans-switch",
        action="store_true",
        help="print instead the CronJob that ends what Daypass did not end in time",
    )
    command.add_argument(
        "--no-guard",
        action="store_true",
        help="leave out the admission policy and the lane, for servers before Kubernetes 1.30",
    )
    command.add_argument(
        "--image", default="", metavar="IMAGE", help="the CronJob's, where its nodes can pull it"
    )
    command.add_argument(
        "--diff",
        action="store_true",
        help="print instead what on the cluster is missing, changed or too many: exit status 0 "
        "nothing, 1 something, 2 not all could be looked at",
    )
    _add_administrator(command)
    command.set_defaults(run=rbac.render)


def _add_doctor(command: argparse.ArgumentParser) -> None:
    command.description = "Changes nothing. Exit status 0 no trouble, 1 trouble, 2 not all seen."
    _add_file(command)
    what = "a cluster of the file; repeatable; all of them if left out"
    _add_clusters(command, what, dest="clusters")
    _add_administrator(command)
    command.set_defaults(run=doctor.doctor)


def _add_administrator(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--kubeconfig", type=Path, metavar="PATH", help="look with it, not as the worker"
    )
    command.add_argument("--context", default="", metavar="NAME", help="a context of kubeconfig")


def _add_people(group: argparse.ArgumentParser) -> None:
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    confirm = commands.add_parser(
        "confirm",
        help="trust an account again after its email changed",
        description=_STORE,
    )
    confirm.add_argument("person", type=_person, metavar="SLACK_ID", help="U… or W…")
    confirm.add_argument("email", type=_email, metavar="EMAIL", help="the email it has now")
    confirm.set_defaults(run=people.confirm_email)


def _add_reconcile(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Deletes what is past its end, has no end or was forged. Needs DAYPASS_CONFIG, or "
        "--in-cluster and --install; with DAYPASS_MAC_KEY it tells what was forged or altered. "
        "The workers reconcile by themselves where there is Redis."
    )
    command.add_argument(
        "--no-redis",
        action="store_true",
        required=True,
        help="by what the objects say themselves, and the API server's clock",
    )
    what = "a configured cluster; repeatable; all of them if left out"
    _add_clusters(command, what, dest="clusters")
    command.add_argument("--all", action="store_true", help="everything, whatever its end")
    command.add_argument("--dry-run", action="store_true", help="say what would go; delete nothing")
    command.add_argument("--quiet", action="store_true", help="do not list what stays")
    command.add_argument(
        "--in-cluster", action="store_true", help="this cluster, with the pod's own account"
    )
    command.add_argument(
        "--install", default="", metavar="NAME", help="whose objects, with --in-cluster"
    )
    command.set_defaults(run=reconcile.without_redis)


def _add_revoke(command: argparse.ArgumentParser) -> None:
    command.description = f"{_STORE} Exit status 1 if something is not proven gone in time."
    reach = command.add_mutually_exclusive_group(required=True)
    reach.add_argument("--all", action="store_true", help="everything of everybody")
    reach.add_argument("--cluster", type=_name, metavar="NAME", help="everything on one cluster")
    reach.add_argument(
        "--person", type=_name, metavar="EMAIL_OR_ID", help="all that one person holds"
    )
    command.add_argument("--reason", type=_text, metavar="TEXT", default="", help="people read it")
    command.add_argument("--freeze", action="store_true", help="stop new grants there, too")
    command.add_argument("--yes", action="store_true", help="ask nothing")
    command.add_argument(
        "--wait", type=_wait, metavar="TIME", default=_WAIT, help="for the proof; 30s if left out"
    )
    command.set_defaults(run=incident.revoke)


def _add_freeze(command: argparse.ArgumentParser) -> None:
    command.description = f"{_STORE} What is granted stays."
    _add_clusters(command)
    command.add_argument(
        "--reason", type=_why, required=True, metavar="TEXT", help="people read it"
    )
    command.set_defaults(run=incident.freeze)


def _add_thaw(command: argparse.ArgumentParser) -> None:
    command.description = _STORE
    _add_clusters(command)
    command.set_defaults(run=incident.thaw)


def _add_discover(command: argparse.ArgumentParser) -> None:
    command.description = f"{_STORE} Nothing is asked of the cluster: it is as it was seen last."
    command.add_argument("cluster", metavar="CLUSTER", help="a configured cluster")
    command.add_argument(
        "words", nargs="*", metavar="WORD", help="all must occur in a name or what is beside it"
    )
    command.add_argument(
        "--kind", default="", metavar="KIND", help="role, binding, subject, user, namespace …"
    )
    command.add_argument(
        "--namespace",
        "-n",
        action="append",
        default=[],
        metavar="NAME",
        dest="namespaces",
        help="what is there; repeatable",
    )
    command.add_argument("--json", action="store_true", help="one JSON object in each line")
    command.set_defaults(run=discover.discover)


def _add_clusters(
    command: argparse.ArgumentParser,
    what: str = "one cluster, repeatable; all if left out",
    *,
    dest: str = "cluster",
) -> None:
    command.add_argument(
        "--cluster", type=_name, action="append", default=[], metavar="NAME", dest=dest, help=what
    )


def _add_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help="a daypass.yaml")


def _wait(text: str) -> timedelta:
    try:
        return read_duration(text)
    except DurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _person(text: str) -> str:
    if not is_person(text):
        raise argparse.ArgumentTypeError(f"“{text}” is no Slack id of an account; it starts with U")
    return text


def _email(text: str) -> str:
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        raise argparse.ArgumentTypeError(f"“{text}” is no email address")
    return text


def _name(text: str) -> str:
    """Refuse an empty name, as a script gives whose variable is not set: it would mean all."""
    if says_nothing(text):
        raise argparse.ArgumentTypeError("an empty name names nothing")
    return text


def _why(text: str) -> str:
    if says_nothing(text):
        raise argparse.ArgumentTypeError("nothing in it can be read; say why: people read it")
    return _text(text)


def _text(text: str) -> str:
    """Refuse what the terminal sent in another encoding: nobody could read it."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise argparse.ArgumentTypeError("it is no UTF-8; set the terminal to UTF-8") from error
    return text
