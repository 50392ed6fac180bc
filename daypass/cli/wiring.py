"""What commands that work on the store begin with."""

import getpass
import os
from collections.abc import Mapping

from daypass.adapters.yaml import load
from daypass.ports import Ledger
from daypass.settings import TimekeeperSettings


def ledger(environ: Mapping[str, str]) -> Ledger:
    """Return the rules and the store that DAYPASS_CONFIG and DAYPASS_REDIS_URL name.

    Raises SettingsError and ConfigurationError with every fault, also of a Redis that forgets.
    """
    from daypass.adapters.redis.agenda import RedisAgenda  # noqa: PLC0415 - slow to load
    from daypass.adapters.redis.clock import RedisClock  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.heartbeats import RedisHeartbeats  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.ids import RandomIds  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.pictures import RedisPictures  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.store import RedisStore  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.trust import connect_trusted  # noqa: PLC0415 - Only here.

    settings = TimekeeperSettings.read(environ)
    catalog, unsafe = load(settings.config).catalog, settings.redis_unsafe
    client = connect_trusted(settings.redis_url, install=catalog.install, unsafe=unsafe)
    return Ledger(
        catalog=catalog,
        store=RedisStore(client),
        clock=RedisClock(client),
        agenda=RedisAgenda(client),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        ids=RandomIds(),
    )


def me() -> str:
    """Name who runs this, for the audit trail; a container's user may have no name."""
    return f"cli:{login()}"


def login() -> str:
    """Name who runs this, for people."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
