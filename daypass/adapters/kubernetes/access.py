"""From `ClusterAccess` to how calls are made: no global state, nothing copied to disk."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final, Protocol

from urllib3.exceptions import LocationValueError

from daypass.adapters.kubernetes import kubeconfig
from daypass.adapters.kubernetes.held import Holding, Ticks, of_user, pem_file, token_file
from daypass.adapters.kubernetes.identity import NOBODY, Credential, tls
from daypass.adapters.kubernetes.kubeconfig import Chosen, chosen
from daypass.adapters.kubernetes.kubeconfig_exec import about_cluster, plugin_of, wants_cluster
from daypass.adapters.kubernetes.plugin import Given, asked
from daypass.adapters.kubernetes.renewing import Renewed
from daypass.adapters.kubernetes.rereading import Reread, authority_in, checked_authority
from daypass.adapters.kubernetes.route import Route
from daypass.domain.access import ClusterAccess, Plugin
from daypass.domain.addresses import Address, address_of
from daypass.domain.errors import PermanentOutsideError

POD: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its own account's token and the authority."""


class Known(Protocol):
    """Says who we are; safe to use from several threads."""

    def current(self) -> Credential:
        """Return what is good by now; OutsideError says why there is none."""
        ...

    def renew(self) -> None:
        """Look for another one at once: a server does not take this one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """Where a cluster is, what says whom to trust and who we are, and what that is called."""

    host: str
    server_name: str | None = None
    proxy: str = ""
    authority: Reread[str] | None = None
    who: Known | None = None
    known_by: str = "a call without a credential"


class Way:
    """The way into one cluster; where it leads is read once, its files again and again."""

    def __init__(self, access: ClusterAccess, *, pod: Path = POD, ticks: Ticks = monotonic) -> None:
        self._access = access
        self._pod = pod
        self._ticks = ticks
        self._read_once: _Reach | None = None
        self._reading = Lock()
        self._made: tuple[str | None, Credential, Route] | None = None

    @property
    def known_by(self) -> str:
        """What we are known by, in words."""
        return self._reach.known_by

    def credential(self) -> Credential:
        """Return what a call is made with now.

        Raises OutsideError, with the file and what is wrong, where that is not to be had.
        """
        who = self._reach.who
        return who.current() if who else NOBODY

    def renewed(self, refused: Credential) -> bool:
        """Look anew who we are; say whether that is another one than the server refused."""
        who = self._reach.who
        if who is not None and who.current() == refused:  # Else another thread has looked.
            who.renew()
        return self.credential() != refused

    def route(self, credential: Credential) -> Route:
        """Return how connections are made: another one where authority or certificate changed.

        Raises OutsideError, with the file and what is wrong, where that is not to be had; what
        urllib3 raises where the address is none.
        """
        reach = self._reach
        trusted = reach.authority.current() if reach.authority else None
        if self._made is not None:
            authority, made_for, route = self._made
            if authority == trusted and made_for.identity == credential.identity:
                return route
        route = Route(
            host=reach.host.rstrip("/"),
            server_name=reach.server_name,
            tls=tls(trusted, credential.identity),
            proxy=self._proxy(),
        )
        self._made = trusted, credential, route
        return route

    def _proxy(self) -> str:
        """Return the proxy that leads there: the kubeconfig's own, else the environment's."""
        reach = self._reach
        return reach.proxy or self._access.proxies.towards(_address(reach.host))

    @property
    def _reach(self) -> _Reach:
        found = self._read_once
        if found is None:
            with self._reading:  # Two threads would each have a plugin of their own.
                found = self._read_once = self._read_once or self._read()
        return found

    def _read(self) -> _Reach:
        if self._access.in_cluster:
            return self._from_pod()
        if self._access.kubeconfig is not None:
            return self._from_kubeconfig(self._access.kubeconfig, self._access.context)
        return self._from_files()

    def _from_files(self) -> _Reach:
        access = self._access
        reach = _Reach(
            host=access.server,
            authority=self._authority(access.ca_file) if access.ca_file else None,
        )
        if access.plugin is not None:
            return self._asking(reach, access.plugin)
        holding = Holding(
            token=token_file(access.token_file) if access.token_file else None,
            certificate=pem_file(access.certificate_file) if access.certificate_file else None,
            key=pem_file(access.key_file) if access.key_file else None,
        )
        return self._holding(reach, holding) if holding.name else reach

    def _from_pod(self) -> _Reach:
        host = os.environ.get("KUBERNETES_SERVICE_HOST")
        port = os.environ.get("KUBERNETES_SERVICE_PORT")
        if not host or not port:
            raise PermanentOutsideError("not inside a cluster: KUBERNETES_SERVICE_HOST is not set")
        holding = Holding(token=token_file(self._pod / "token"))
        reach = _Reach(
            host=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
            authority=self._authority(self._pod / "ca.crt"),
        )
        return self._holding(reach, holding)

    def _from_kubeconfig(self, path: Path, context: str) -> _Reach:
        found = Reread((path,), _chosen(path, context), self._ticks).current()
        reach = _Reach(
            host=str(found.cluster[kubeconfig.SERVER]),
            server_name=found.cluster.get(kubeconfig.SERVER_NAME),
            proxy=found.cluster.get(kubeconfig.PROXY, ""),
            authority=self._kubeconfig_authority(path, context, found),
        )
        if kubeconfig.EXEC not in found.user:
            return self._holding(reach, of_user(path, context, found))
        plugin = plugin_of(path, found.user[kubeconfig.EXEC], self._access.plugins)
        wanted = wants_cluster(found.user[kubeconfig.EXEC])
        told = partial(self._told, path, reach, found) if wanted else None
        return self._asking(reach, plugin, told)

    def _holding(self, reach: _Reach, holding: Holding) -> _Reach:
        return replace(reach, who=holding.reread(self._ticks), known_by=holding.name)

    def _asking(
        self, reach: _Reach, plugin: Plugin, told: Callable[[], Mapping[str, Any]] | None = None
    ) -> _Reach:
        name = f"the plugin {plugin.command}"
        ask = partial(_asked, plugin, told)
        return replace(
            reach, who=Renewed(name, ask, ticks=self._ticks), known_by=f"what {name} gave"
        )

    @staticmethod
    def _told(path: Path, reach: _Reach, found: Chosen) -> Mapping[str, Any]:
        """Return what a plugin is told about the cluster, as kubectl tells it."""
        trusted = reach.authority.current() if reach.authority else None
        return about_cluster(path, found.cluster, trusted)

    def _kubeconfig_authority(self, path: Path, context: str, found: Chosen) -> Reread[str] | None:
        name, read = kubeconfig.AUTHORITY, _chosen(path, context)
        if name + kubeconfig.INLINE in found.cluster:
            return Reread(
                (path,),
                lambda content: checked_authority(
                    path, kubeconfig.inline(path, read(content).cluster, name)
                ),
                self._ticks,
            )
        if name not in found.cluster:
            return None
        return self._authority(path.parent / str(found.cluster[name]))

    def _authority(self, path: Path) -> Reread[str]:
        return Reread((path,), lambda content: authority_in(path, content), self._ticks)


def _asked(plugin: Plugin, told: Callable[[], Mapping[str, Any]] | None) -> Given:
    return asked(plugin, told() if told else None)


def _address(server: str) -> Address:
    try:
        return address_of(server)
    except ValueError as error:
        raise LocationValueError(f"its address {error}") from error


def _chosen(path: Path, context: str) -> Callable[[bytes], Chosen]:
    return lambda content: chosen(path, content, context)
