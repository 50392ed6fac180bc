"""The look at Redis before a process starts: does it keep what it acknowledges, and is it ours?

One that evicts, or forgets at a restart, loses leases: nobody would end what they gave. `INFO` is
asked, for managed services forbid `CONFIG`. Of two installs that share one each would take the
other's leases for its own, and end them where they never were.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, cast

import structlog
from redis import Redis
from redis.exceptions import ResponseError

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect, reading
from daypass.adapters.redis.store import RedisStore
from daypass.domain.errors import PermanentOutsideError, SettingsError

OVERRIDE: Final = "DAYPASS_REDIS_UNSAFE=yes"
NOEVICTION: Final = "noeviction"
ALWAYS: Final = "always"
UNKNOWN: Final = "unknown"
_LONGEST: Final = 63
"""Characters of an install's name that are shown: no label of Kubernetes is longer."""
_log = structlog.get_logger()


def connect_trusted(url: str, *, install: str, unsafe: bool) -> Redis:
    """Return a client, as `connect` does, of a Redis that may be trusted with leases of `install`.

    Raises:
        SettingsError: it is another install's; or it evicts or forgets, or nobody can tell, but
            those never with `unsafe`.
        OutsideError: it does not answer.
    """
    client = connect(url)
    trust(client, install=install, unsafe=unsafe)
    return client


def trust(client: Redis, *, install: str, unsafe: bool) -> None:
    """Refuse a Redis that is another install's, or that evicts or forgets.

    With `unsafe` the latter is said in the log, each time. Raises as `connect_trusted`.
    """
    faults = [*faults_of(_said(client.info))]
    if unsafe:
        needless = f"nothing is wrong with it: remove {OVERRIDE}"
        _log.error("redis.unsafe", why="; ".join(faults) or needless)
        faults = []
    faults += _others(client, install)
    if faults:
        raise SettingsError([f"DAYPASS_REDIS_URL: {fault}" for fault in faults])
    if not unsafe and (synced := _synced(client)) != ALWAYS:
        _log.warning("redis.appendfsync", found=synced, right=ALWAYS)


def faults_of(info: Mapping[str, object]) -> Iterator[str]:
    """Say what is wrong with a Redis that says this of itself, and what would be right."""
    policy, appends = info.get("maxmemory_policy"), info.get("aof_enabled")
    if policy is None or appends is None:
        yield (
            "this Redis does not say whether it keeps what it acknowledges; allow INFO to its "
            f"user, or, if whoever runs it vouches for that, set {OVERRIDE}"
        )
    if policy not in (None, NOEVICTION):
        yield (
            f"this Redis may evict leases, its maxmemory-policy is {policy}; "
            f"set maxmemory-policy {NOEVICTION}, or for development {OVERRIDE}"
        )
    if appends is not None and int(str(appends)) != 1:
        yield (
            "this Redis forgets what it acknowledged when it restarts, for it has no append-only "
            "file (snapshots alone lose minutes); set appendonly yes and appendfsync always, "
            f"or for development {OVERRIDE}"
        )


def _others(client: Redis, install: str) -> Iterator[str]:
    """Say so where the Redis is another install's; one in which none began is anybody's."""
    try:
        epoch = RedisStore(client).epoch()
    except PermanentOutsideError:  # Damaged: a grants worker begins another.
        return
    if epoch is not None and epoch.install != install:
        yield (
            f"this Redis is of install {epoch.install[:_LONGEST]!r}, and the configuration says "
            f"install: {install}; give each install a Redis of its own, or, where nothing of the "
            f"other one is live any more, delete {keys.EPOCH}"
        )


def _synced(client: Redis) -> str:
    """Return how its file reaches the disk."""
    return str(_said(lambda: client.config_get("appendfsync")).get("appendfsync", UNKNOWN))


def _said(ask: Callable[[], object]) -> Mapping[str, object]:
    """Return what it answers; nothing where it forbids the question, or does not know it."""
    with reading():
        try:
            return cast("Mapping[str, object]", ask())
        except ResponseError:
            return {}
