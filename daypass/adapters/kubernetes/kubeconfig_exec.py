"""A kubeconfig's user that is a command: run only where our own configuration names that command.

Whoever may write the kubeconfig chooses its arguments and its environment, and so what it does.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from daypass.adapters.kubernetes import kubeconfig
from daypass.adapters.kubernetes.plugin import GROUP, TOLD, VERSIONS
from daypass.domain.access import Plugin
from daypass.domain.errors import PermanentOutsideError

_CLUSTER: Final = "provideClusterInfo"
_MODE: Final = "interactiveMode"
_KEYS: Final = frozenset({"command", "args", "env", "apiVersion", _CLUSTER, _MODE, "installHint"})
_TOLD: Final = (kubeconfig.SERVER, kubeconfig.SERVER_NAME, kubeconfig.PROXY)
_FOR_PLUGINS: Final = f"{GROUP}exec"
"""The extension of a cluster that its plugin is told, by the name that kubectl has for it."""


def plugin_of(path: Path, written: object, allowed: Sequence[Path]) -> Plugin:
    """Return what the user of a kubeconfig runs.

    Raises:
        PermanentOutsideError: it is not allowed, or is nothing that could be run.
    """
    if not isinstance(written, dict):
        raise _no(path, "is no mapping; write command, args and apiVersion")
    if unknown := sorted(map(str, set(written) - _KEYS)):
        raise _no(path, f"has {unknown[0]}, which is not known; remove it")
    if written.get(_MODE) == "Always":
        raise _no(path, f"wants a terminal ({_MODE}: Always), and a worker has none")
    return Plugin(
        command=_command(path, written.get("command"), allowed),
        args=tuple(_texts(path, "args", written.get("args") or [])),
        env=_environment(path, written.get("env") or []),
        version=_version(path, written.get("apiVersion")),
    )


def wants_cluster(written: Mapping[str, Any]) -> bool:
    """Whether it wants to be told about the cluster."""
    return written.get(_CLUSTER) is True


def about_cluster(
    path: Path, cluster: Mapping[str, Any], authority: str | None
) -> Mapping[str, Any]:
    """Return what a plugin is told about the cluster, as kubectl tells it.

    Raises:
        PermanentOutsideError: there is something in it that JSON does not know.
    """
    told = {key: cluster[key] for key in _TOLD if key in cluster}
    if authority is not None:
        told[kubeconfig.AUTHORITY + kubeconfig.INLINE] = base64.b64encode(
            authority.encode()
        ).decode()
    extensions = cluster.get("extensions")
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, dict) and one.get("name") == _FOR_PLUGINS:
            told["config"] = _in_json(path, one.get("extension"))
    return told


def _in_json(path: Path, written: object) -> object:
    try:
        json.dumps(written, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise PermanentOutsideError(
            f"{path}: its cluster's extension {_FOR_PLUGINS} has what JSON does not know, "
            "as a date is; write it in quotes"
        ) from error
    return written


def _command(path: Path, written: object, allowed: Sequence[Path]) -> Path:
    """Return the one of those that are allowed that is meant: by its whole path, or by its name."""
    if not isinstance(written, str) or not written:
        raise _no(path, "has no command; write its absolute path")
    meant = [one for one in allowed if written in {str(one), one.name}]
    if len(meant) != 1:
        named = written if written.startswith("/") else f"/PATH/OF/{Path(written).name}"
        raise _no(
            path,
            f"runs {written}, which daypass.yaml does not allow; write exec: [{named}] beside the "
            "kubeconfig's path there, if whoever writes that file may run it as the worker",
        )
    return meant[0]


def _version(path: Path, written: object) -> str:
    known = {GROUP + version: version for version in VERSIONS}
    if not isinstance(written, str) or written not in known:
        raise _no(path, f"has no apiVersion that is known; write {' or '.join(known)}")
    return known[written]


def _environment(path: Path, written: object) -> Mapping[str, str]:
    entries = written if isinstance(written, list) else [None]
    found = dict[str, str]()
    for one in entries:
        if not isinstance(one, dict) or set(one) != {"name", "value"}:
            raise _no(path, "has an env that is no list of name and value")
        name, value = _texts(path, "env", [one["name"], one["value"]])
        if not name or "=" in name or name == TOLD:
            raise _no(path, "has an env with a name that no variable may have")
        found[name] = value
    return found


def _texts(path: Path, key: str, written: object) -> list[str]:
    if not isinstance(written, list) or not all(isinstance(one, str) for one in written):
        raise _no(path, f"has {key} that are no texts; write them in quotes")
    return written


def _no(path: Path, fault: str) -> PermanentOutsideError:
    return PermanentOutsideError(f"{path}: its user's {kubeconfig.EXEC} {fault}")
