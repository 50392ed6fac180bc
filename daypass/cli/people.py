"""`daypass people`: the only way back for an account whose email changed (law 5)."""

import argparse
import getpass
import os
from collections.abc import Mapping

from daypass.adapters.yaml import load
from daypass.domain.ids import PersonId
from daypass.ports import Ledger
from daypass.settings import TimekeeperSettings
from daypass.usecases.confirm import Confirm, confirm


def confirm_email(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """Pin an account to its new email in the store that the settings name."""
    ports = _ledger(TimekeeperSettings.read(environ))
    pin = confirm(Confirm(actor=_me(), person=PersonId(given.person), email=given.email), ports)
    return f"{pin.id} is trusted as {pin.email} from now on."


def _me() -> str:
    """Name who runs this, for the audit trail; a container's user may have no name."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:uid {os.getuid()}"


def _ledger(settings: TimekeeperSettings) -> Ledger:
    from daypass.adapters.redis.client import connect  # noqa: PLC0415 - Only here. - slow to load
    from daypass.adapters.redis.clock import RedisClock  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.ids import RandomIds  # noqa: PLC0415 - Only here.
    from daypass.adapters.redis.store import RedisStore  # noqa: PLC0415 - Only here.

    catalog, client = load(settings.config).catalog, connect(settings.redis_url)
    return Ledger(
        catalog=catalog, store=RedisStore(client), clock=RedisClock(client), ids=RandomIds()
    )
