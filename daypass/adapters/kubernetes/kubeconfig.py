"""What a context of a kubeconfig means: all that it may hold is used, or refused in a sentence.

What kubectl would do for whoever sits at a terminal a worker does not: TLS is never off, nobody
else is acted as. A file that says too little may be in the middle of being written: that may pass.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from daypass.domain.addresses import address_of, proxy_fault
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

AUTHORITY: Final = "certificate-authority"
CERTIFICATE: Final = "client-certificate"
KEY: Final = "client-key"
TOKEN: Final = "token"  # noqa: S105 - The name of a key.
TOKEN_FILE: Final = "tokenFile"  # noqa: S105 - The name of a key.
EXEC: Final = "exec"
INLINE: Final = "-data"
"""Behind the name of a key: the content stands there in base64, and counts before the file's."""
SERVER: Final = "server"
SERVER_NAME: Final = "tls-server-name"
PROXY: Final = "proxy-url"
_HARMLESS: Final = frozenset({"extensions", "disable-compression"})
_TEXTS: Final = frozenset(
    {
        *(SERVER, SERVER_NAME, PROXY, TOKEN, TOKEN_FILE),
        *(name + end for name in (AUTHORITY, CERTIFICATE, KEY) for end in ("", INLINE)),
    }
)
"""What is used, all of it text."""
_MYSELF: Final = "the worker acts as itself: give the rights to its own account, and remove it"
_BASIC: Final = "Kubernetes knows no passwords since 1.19: write a token or a client certificate"
_REFUSED: Final = {
    "insecure-skip-tls-verify": "TLS is never off: name who signed the server's certificate in "
    "certificate-authority, and its name in tls-server-name",
    "auth-provider": "kubectl knows none since 1.26: write a token or a client certificate",
    "as": _MYSELF,
    "as-uid": _MYSELF,
    "as-groups": _MYSELF,
    "as-user-extra": _MYSELF,
    "username": _BASIC,
    "password": _BASIC,
}
"""What kubectl knows and we do not do, and what to write instead."""
_TLS: Final = "https://"
_NO_YAML: Final = (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the library raises: the others for a day that is none, a number that is cut, a sign of
another language, or very many brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The cluster and the user of one context, as they are written; without what is empty."""

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
        cluster=_filled(_named(path, document, ("clusters", "cluster", pair.get("cluster")))),
        user=_filled(_named(path, document, ("users", "user", pair.get("user")))),
    )
    for part in (found.cluster, found.user):
        _refuse_foreign(path, part)
    _refuse_plain(path, found)
    _refuse_nobody(path, found)
    return found


def inline(path: Path, written: Mapping[str, Any], name: str) -> str:
    """Return what stands in the kubeconfig itself under `NAME-data`."""
    key = name + INLINE
    try:
        return base64.b64decode(written.get(key) or "", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise TemporaryOutsideError(f"{path}: {key} is no base64") from error


def has(written: Mapping[str, Any], name: str) -> bool:
    """Whether it is there, as a file or inline."""
    return name in written or name + INLINE in written


def _filled(written: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out what says nothing, as kubectl does."""
    return {key: one for key, one in written.items() if one not in (None, "", False, [], {})}


def _refuse_foreign(path: Path, written: Mapping[Any, Any]) -> None:
    for key, value in written.items():
        if instead := _REFUSED.get(key):
            raise PermanentOutsideError(f"{path}: {key} is not honoured: {instead}")
        if key not in {EXEC, *_TEXTS, *_HARMLESS}:
            raise PermanentOutsideError(f"{path}: {key} is not known; remove it")
        if key in _TEXTS and not isinstance(value, str):
            raise PermanentOutsideError(f"{path}: {key} is no text; write it in quotes")


def _refuse_plain(path: Path, found: Chosen) -> None:
    server = str(found.cluster.get(SERVER, ""))
    if not server:
        raise TemporaryOutsideError(f"{path}: its cluster has no server; write {_TLS}HOST:PORT")
    if not server.startswith(_TLS):
        raise PermanentOutsideError(
            f"{path}: its server does not begin with {_TLS}, so the token would be sent for "
            f"everybody to read; write {_TLS}HOST:PORT"
        )
    try:
        address_of(server)
    except ValueError as error:
        raise PermanentOutsideError(f"{path}: its server {error}") from error
    proxy = str(found.cluster.get(PROXY, ""))
    if proxy and (fault := proxy_fault(proxy)):
        raise PermanentOutsideError(f"{path}: its {PROXY} {fault}")


def _refuse_nobody(path: Path, found: Chosen) -> None:
    """A user without anything is anonymous; a certificate without its key is of no use."""
    if has(found.user, CERTIFICATE) != has(found.user, KEY):
        raise TemporaryOutsideError(
            f"{path}: its user has one of {CERTIFICATE} and {KEY}; write both"
        )
    held = [name for name in (TOKEN, TOKEN_FILE, CERTIFICATE) if has(found.user, name)]
    if EXEC in found.user and held:
        raise PermanentOutsideError(
            f"{path}: its user has {EXEC} beside {held[0]}; keep one of them"
        )
    if EXEC not in found.user and not held:
        raise TemporaryOutsideError(
            f"{path}: its user has no credential; write {TOKEN}, {TOKEN_FILE}, {EXEC}, or "
            f"{CERTIFICATE} and {KEY}"
        )


def _document(path: Path, content: bytes) -> Mapping[str, Any]:
    try:
        document = YAML(typ="safe", pure=True).load(content)
    except _NO_YAML as error:
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
