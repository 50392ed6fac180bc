"""From `ClusterAccess` to the client's configuration: no global state, nothing copied to disk."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from kubernetes.client import Configuration

from daypass.adapters.kubernetes.kubeconfig import Chosen, chosen, inline_authority
from daypass.adapters.kubernetes.rereading import (
    Reread,
    authority_in,
    checked_token,
    token_in,
)
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError

POOL_SIZE: Final = 32
"""Connections kept open: 16 threads of the worker and some to spare."""
POD: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its own account's token and the authority."""

Ticks = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """Where a cluster is, and the files that say whom to trust and who we are."""

    host: str
    server_name: str | None = None
    authority: Reread[str] | None = None
    token: Reread[str] | None = None
    certificate: tuple[str, str] | None = None


class Way:
    """The way into one cluster; where it leads is read once, its files again and again."""

    def __init__(self, access: ClusterAccess, *, pod: Path = POD, ticks: Ticks = monotonic) -> None:
        self._access = access
        self._pod = pod
        self._ticks = ticks
        self._reach: _Reach | None = None
        self._made: Configuration | None = None

    def configuration(self) -> Configuration:
        """Return how to reach it: another one than before when its authority changed.

        Raises OutsideError, with the file and what is wrong, where that is not to be had.
        """
        if self._reach is None:
            self._reach = self._read()
        trusted = self._reach.authority.current() if self._reach.authority else None
        made = self._made
        if made is None or made.ca_cert_data != trusted:
            made = self._made = _configured(self._reach, trusted)
        return made

    def _read(self) -> _Reach:
        if self._access.in_cluster:
            return self._from_pod()
        if self._access.kubeconfig is not None:
            return self._from_kubeconfig(self._access.kubeconfig, self._access.context)
        return self._from_files()

    def _from_files(self) -> _Reach:
        access = self._access
        return _Reach(
            host=access.server,
            authority=self._authority(access.ca_file) if access.ca_file else None,
            token=self._token(access.token_file) if access.token_file else None,
        )

    def _from_pod(self) -> _Reach:
        host = os.environ.get("KUBERNETES_SERVICE_HOST")
        port = os.environ.get("KUBERNETES_SERVICE_PORT")
        if not host or not port:
            raise PermanentOutsideError("not inside a cluster: KUBERNETES_SERVICE_HOST is not set")
        return _Reach(
            host=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
            authority=self._authority(self._pod / "ca.crt"),
            token=self._token(self._pod / "token"),
        )

    def _from_kubeconfig(self, path: Path, context: str) -> _Reach:
        file = Reread(path, lambda p, content: chosen(p, content, context), self._ticks)
        found = file.current()
        return _Reach(
            host=str(found.cluster["server"]),
            server_name=found.cluster.get("tls-server-name"),
            authority=self._kubeconfig_authority(path, context, found),
            token=self._kubeconfig_token(path, context, found),
            certificate=_certificate(path, found.user),
        )

    def _kubeconfig_authority(self, path: Path, context: str, found: Chosen) -> Reread[str] | None:
        if "certificate-authority" in found.cluster:
            return self._authority(path.parent / str(found.cluster["certificate-authority"]))
        if "certificate-authority-data" not in found.cluster:
            return None
        return Reread(
            path,
            lambda p, content: inline_authority(p, chosen(p, content, context)),
            self._ticks,
        )

    def _kubeconfig_token(self, path: Path, context: str, found: Chosen) -> Reread[str] | None:
        if "tokenFile" in found.user:
            return self._token(path.parent / str(found.user["tokenFile"]))
        if "token" not in found.user:
            return None
        return Reread(
            path,
            lambda p, content: checked_token(
                p, str(chosen(p, content, context).user.get("token") or "")
            ),
            self._ticks,
        )

    def _authority(self, path: Path) -> Reread[str]:
        return Reread(path, authority_in, self._ticks)

    def _token(self, path: Path) -> Reread[str]:
        return Reread(path, token_in, self._ticks)


def configuration(access: ClusterAccess) -> Configuration:
    """Return how to reach one cluster; raises OutsideError where that is not to be had."""
    return Way(access).configuration()


def _configured(reach: _Reach, authority: str | None) -> Configuration:
    made = Configuration()
    made.proxy = None
    made.retries = False  # The agenda retries, and knows what a write may have done.
    made.keep_alive = True
    made.connection_pool_maxsize = POOL_SIZE
    made.host = reach.host.rstrip("/")
    made.tls_server_name = reach.server_name
    made.ca_cert_data = authority
    if reach.certificate is not None:
        made.cert_file, made.key_file = reach.certificate
    if reach.token is not None:
        made.api_key = {"BearerToken": ""}
        made.refresh_api_key_hook = _bearer(reach.token)  # type: ignore[assignment] # They say None.
    return made


def _bearer(token: Reread[str]) -> Callable[[Configuration], None]:
    """Put the token where the client takes it from; called for every request, by any thread."""

    def put(made: Configuration) -> None:
        made.api_key["BearerToken"] = f"Bearer {token.current()}"

    return put


def _certificate(path: Path, user: Mapping[str, Any]) -> tuple[str, str] | None:
    if "client-certificate" not in user:
        return None
    return (
        _readable(path.parent / str(user["client-certificate"])),
        _readable(path.parent / str(user.get("client-key", ""))),
    )


def _readable(path: Path) -> str:
    if not path.is_file():
        raise TemporaryOutsideError(f"{path} does not exist")
    return str(path)
