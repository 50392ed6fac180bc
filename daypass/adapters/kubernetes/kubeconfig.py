"""What a context of a kubeconfig means; what we would not honour is refused by name.

Exec plugins, basic authentication, proxies and impersonation are refused, and so is an address
without TLS. A file that says too little may be in the middle of being written: that may pass.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from daypass.adapters.kubernetes.rereading import checked_authority
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

_USER_KEYS: Final = frozenset({"token", "tokenFile", "client-certificate", "client-key"})
_SERVER_NAME: Final = "tls-server-name"
_CLUSTER_KEYS: Final = frozenset(
    {"server", "certificate-authority", "certificate-authority-data", _SERVER_NAME}
)
_HARMLESS: Final = frozenset({"extensions", "disable-compression"})
_TLS: Final = "https://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The cluster and the user of one context, as they are written."""

    cluster: Mapping[str, Any]
    user: Mapping[str, Any]


def chosen(path: Path, content: bytes, context: str) -> Chosen:
    """Return a context, or the current one for "".

    Raises:
        TemporaryOutsideError: it is not all there.
        PermanentOutsideError: it asks for what is not honoured.
    """
    document = _document(path, content)
    named = context or document.get("current-context")
    pair = _named(path, document, ("contexts", "context", named))
    found = Chosen(
        cluster=_named(path, document, ("clusters", "cluster", pair.get("cluster"))),
        user=_named(path, document, ("users", "user", pair.get("user"))),
    )
    _refuse_foreign(path, found)
    _refuse_plain(path, found)
    return found


def inline_authority(path: Path, found: Chosen) -> str:
    """Return the certificates that stand in the kubeconfig itself."""
    data = found.cluster.get("certificate-authority-data")
    try:
        text = base64.b64decode(data or "", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, TypeError, ValueError) as error:
        raise TemporaryOutsideError(f"{path}: certificate-authority-data is no base64") from error
    return checked_authority(path, text)


def _refuse_foreign(path: Path, found: Chosen) -> None:
    foreign = (set(found.cluster) - _CLUSTER_KEYS) | (set(found.user) - _USER_KEYS)
    if foreign - _HARMLESS:
        raise PermanentOutsideError(
            f"{path}: {', '.join(sorted(map(str, foreign - _HARMLESS)))} is not supported; "
            "use server, certificate-authority and token or tokenFile"
        )
    if not isinstance(found.cluster.get(_SERVER_NAME, ""), str):
        raise PermanentOutsideError(f"{path}: {_SERVER_NAME} is no name; write it in quotes")


def _refuse_plain(path: Path, found: Chosen) -> None:
    server = str(found.cluster.get("server") or "")
    if not server:
        raise TemporaryOutsideError(f"{path}: its cluster has no server; write {_TLS}HOST:PORT")
    if not server.startswith(_TLS):
        raise PermanentOutsideError(
            f"{path}: its server does not begin with {_TLS}, so the token would be sent for "
            f"everybody to read; write {_TLS}HOST:PORT"
        )


def _document(path: Path, content: bytes) -> Mapping[str, Any]:
    try:
        document = YAML(typ="safe", pure=True).load(content)
    except (YAMLError, UnicodeError) as error:
        raise TemporaryOutsideError(f"{path} is no YAML") from error
    if not isinstance(document, dict):
        raise TemporaryOutsideError(f"{path} is no kubeconfig")
    return document


def _named(
    path: Path, document: Mapping[str, Any], what: tuple[str, str, Any]
) -> Mapping[str, Any]:
    plural, singular, name = what
    entries = document.get(plural)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("name") == name:
            meant = entry.get(singular)
            if isinstance(meant, dict):
                return meant
    raise TemporaryOutsideError(f"{path} has no {singular} {name!r}")
