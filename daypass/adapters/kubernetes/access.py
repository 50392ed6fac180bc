"""From `ClusterAccess` to the client's configuration: no global state, nothing copied to disk.

Exec plugins, basic authentication, proxies and impersonation of a kubeconfig are refused by name.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final

from kubernetes.client import Configuration
from kubernetes.config import ConfigException, load_incluster_config
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

POOL_SIZE: Final = 32
"""Connections kept open: 16 threads of the worker and some to spare."""
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks at whether a token file changed."""
_USER_KEYS: Final = frozenset({"token", "tokenFile", "client-certificate", "client-key"})
_CLUSTER_KEYS: Final = frozenset(
    {"server", "certificate-authority", "certificate-authority-data", "tls-server-name"}
)
_HARMLESS: Final = frozenset({"extensions", "disable-compression"})


class Token:
    """A bearer token that is read again when its file changed.

    A file that cannot be read keeps the last token; without one every call is refused, for a
    request without a token would be an anonymous one.
    """

    def __init__(
        self, path: Path, read: Callable[[Path], str], ticks: Callable[[], float] = monotonic
    ) -> None:
        self._path = path
        self._read = read
        self._ticks = ticks
        self._token = ""
        self._changed = -1
        self._look_at = -math.inf

    def __call__(self, configuration: Configuration) -> None:
        """Put the token where the client takes it from; called for every request, by any thread."""
        configuration.api_key["BearerToken"] = f"Bearer {self.current()}"

    def current(self) -> str:
        """Return the token; raises TemporaryOutsideError while there is none."""
        if self._ticks() >= self._look_at:
            self._look()
            self._look_at = self._ticks() + _LOOK_EVERY
        if not self._token:
            raise TemporaryOutsideError(f"there is no token in {self._path}")
        return self._token

    def _look(self) -> None:
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._changed:
                self._token = self._read(self._path) or self._token
                self._changed = changed
        except OSError as error:
            if not self._token:
                raise TemporaryOutsideError(f"token {self._path} cannot be read") from error


def configuration(access: ClusterAccess) -> Configuration:
    """Return how to reach one cluster; raises OutsideError where that is not to be had."""
    made = Configuration()
    made.proxy = None
    made.retries = False  # The clock retries, and knows what a write may have done.
    made.keep_alive = True
    made.connection_pool_maxsize = POOL_SIZE
    if access.in_cluster:
        _from_pod(made)
    elif access.kubeconfig is not None:
        _from_kubeconfig(made, access.kubeconfig, access.context)
    else:
        _from_files(made, access)
    return made


def _from_files(made: Configuration, access: ClusterAccess) -> None:
    made.host = access.server.rstrip("/")
    made.ssl_ca_cert = _readable(access.ca_file) if access.ca_file else None
    if access.token_file is not None:
        _authenticate(made, Token(access.token_file, _whole_file))


def _from_pod(made: Configuration) -> None:
    try:
        load_incluster_config(client_configuration=made)  # type: ignore[no-untyped-call] # Theirs.
    except ConfigException as error:
        raise PermanentOutsideError(f"not inside a cluster: {error}") from error


def _from_kubeconfig(made: Configuration, path: Path, context: str) -> None:
    cluster, user = _chosen(path, context)
    made.host = str(cluster.get("server", "")).rstrip("/")
    made.tls_server_name = cluster.get("tls-server-name")
    if "certificate-authority" in cluster:
        made.ssl_ca_cert = _readable(path.parent / cluster["certificate-authority"])
    if "certificate-authority-data" in cluster:
        made.ca_cert_data = _decoded(path, cluster["certificate-authority-data"])
    if "client-certificate" in user:
        made.cert_file = _readable(path.parent / user["client-certificate"])
        made.key_file = _readable(path.parent / user.get("client-key", ""))
    if "tokenFile" in user:
        _authenticate(made, Token(path.parent / user["tokenFile"], _whole_file))
    elif "token" in user:
        _authenticate(made, Token(path, lambda p: str(_chosen(p, context)[1].get("token", ""))))


def _authenticate(made: Configuration, token: Token) -> None:
    made.api_key = {"BearerToken": ""}
    made.refresh_api_key_hook = token  # type: ignore[assignment] # The library only says None.


def _chosen(path: Path, context: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the cluster and the user of a context; refuses what we would not honour."""
    document = _document(path)
    chosen = _named(
        path, document, ("contexts", "context", context or document.get("current-context"))
    )
    cluster = _named(path, document, ("clusters", "cluster", chosen.get("cluster")))
    user = _named(path, document, ("users", "user", chosen.get("user")))
    foreign = (set(cluster) - _CLUSTER_KEYS) | (set(user) - _USER_KEYS)
    if foreign - _HARMLESS:
        raise PermanentOutsideError(
            f"{path}: {', '.join(sorted(foreign - _HARMLESS))} is not supported; "
            "use server, certificate-authority and token or tokenFile"
        )
    return cluster, user


def _document(path: Path) -> Mapping[str, Any]:
    try:
        document = YAML(typ="safe", pure=True).load(path)
    except OSError as error:
        raise PermanentOutsideError(f"{path} cannot be read: {error.strerror}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise PermanentOutsideError(f"{path} is no YAML") from error
    if not isinstance(document, dict):
        raise PermanentOutsideError(f"{path} is no kubeconfig")
    return document


def _named(
    path: Path, document: Mapping[str, Any], what: tuple[str, str, Any]
) -> Mapping[str, Any]:
    plural, singular, name = what
    for entry in document.get(plural) or ():
        if isinstance(entry, dict) and entry.get("name") == name:
            return entry.get(singular) or {}
    raise PermanentOutsideError(f"{path} has no {singular} {name!r}")


def _readable(path: Path) -> str:
    if not path.is_file():
        raise PermanentOutsideError(f"{path} does not exist")
    return str(path)


def _decoded(path: Path, data: str) -> str:
    try:
        return base64.b64decode(data, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, TypeError) as error:
        raise PermanentOutsideError(f"{path}: certificate-authority-data is no base64") from error


def _whole_file(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
