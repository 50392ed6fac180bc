"""Redis behind Sentinels: whoever they name as the master is asked, after a failover the next one.

`redis+sentinel://[user:password@]host:26379[,host:26379…]/name[/0]`, `rediss+sentinel://` with TLS.
The user is the one of Redis itself; where the Sentinels want one too it is in
`?sentinel_username=…&sentinel_password=…`.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import SSLConnection, parse_url
from redis.retry import Retry
from redis.sentinel import (
    Sentinel,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)

PORT: Final = 26379
"""Sentinel's own default."""
_MARK: Final = "+sentinel"
_THEIRS: Final = "sentinel_"
"""What parameters for the Sentinels begin with."""
_SOCKET: Final = ("socket_connect_timeout", "socket_timeout")


class MasterConnection(SentinelManagedConnection):
    """A connection that asks the Sentinels whenever it has to connect.

    The library's asks them only the first time: a command that is repeated because the master
    hangs goes to the same master each time, with a time limit each.
    """

    def send_packed_command(self, command: object, check_health: bool = True) -> None:  # noqa: FBT001, FBT002 - The library's.
        """Send it, to whoever is the master now."""
        if not self._sock:
            self.connect()  # type: ignore[no-untyped-call]
        super().send_packed_command(command, check_health)  # type: ignore[no-untyped-call]


class SecureMasterConnection(MasterConnection, SentinelManagedSSLConnection):
    """The same with TLS."""


def is_watched(url: str) -> bool:
    """Whether the address is that of Sentinels."""
    return urlsplit(url).scheme.endswith(_MARK)


def master_of(url: str, options: Mapping[str, Any]) -> Redis:
    """Return a client of the present master; opens no connection yet.

    One Sentinel that does not answer costs a connection's time limit: the next one is asked, and
    whoever answered is asked first from then on.
    """
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    service, _, database = parts.path.strip("/").partition("/")
    theirs, ours = _queries(parts.query)
    at = f"{credentials}@" if credentials else ""
    plain = f"{parts.scheme.removesuffix(_MARK)}://{at}redis/{database}?{urlencode(ours)}"
    asked = _asked(plain)
    kind = SecureMasterConnection if asked["ssl"] else MasterConnection
    sentinels = Sentinel(  # type: ignore[no-untyped-call]
        [_address(host) for host in hosts.split(",")],
        sentinel_kwargs={**_secured(asked), **_patient(options), **theirs},
    )
    client: Redis = sentinels.master_for(  # type: ignore[no-untyped-call]
        service, connection_class=kind, **asked, **options
    )
    return client


def _queries(query: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what is said to the Sentinels, and what to Redis."""
    both = dict(parse_qsl(query))
    theirs = {name: value for name, value in both.items() if name.startswith(_THEIRS)}
    ours = {name: value for name, value in both.items() if name not in theirs}
    return {name.removeprefix(_THEIRS): value for name, value in theirs.items()}, ours


def _asked(plain: str) -> dict[str, Any]:
    """Read an address as the library itself does, but for where it leads."""
    asked: dict[str, Any] = dict(parse_url(plain))  # type: ignore[no-untyped-call]
    asked["ssl"] = asked.pop("connection_class", None) is SSLConnection
    return {name: value for name, value in asked.items() if name not in {"host", "port"}}


def _secured(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name.startswith("ssl")}


def _patient(options: Mapping[str, Any]) -> dict[str, Any]:
    """Ask each Sentinel once: whoever asks them is patient already."""
    limits = {name: options[name] for name in _SOCKET if name in options}
    return {**limits, "retry": Retry(NoBackoff(), 0)}


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname or "", parts.port or PORT
