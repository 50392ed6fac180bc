"""An address of Redis that no library can read is a fault in settings, and is repeated nowhere."""

from typing import Final

import pytest

from daypass.adapters.redis.client import connect
from daypass.domain.errors import SettingsError
from daypass.settings import TimekeeperSettings

WRONG: Final = (
    "redis://:s3cret/x@redis:6379/0",
    "redis://default:s3cret#x@redis:6379/0",
    "redis://default:s3cret?x@redis:6379/0",
    "redis://:12/s3cret@redis:6379/0",
    "redis://default:12/s3cret@redis:6379/0",
    "rediss://redis:s3cret",
    "redis://redis:99999/0",
    "redis://redis:6379/s3cret",
    "redis://redis:6379/0#s3cret",
    "redis:///0",
    "unix://",
)
RIGHT: Final = (
    "redis://redis",
    "redis://redis/",
    "redis://redis:6379/0",
    "rediss://default:p%2Fss@redis:6379/3?ssl_ca_certs=/ca.crt",
    "redis://[::1]:6379",
    "redis://:p%40ss@127.0.0.1:6379/0",
    "unix:///run/redis/redis.sock?db=1",
    "unix://ann:p%40ss@/run/redis.sock",
)


def read(url: str) -> TimekeeperSettings:
    """Read the settings of a process that is told this address."""
    return TimekeeperSettings.read({"DAYPASS_CONFIG": "x", "DAYPASS_REDIS_URL": url})


@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_cannot_be_read_is_refused_and_not_repeated(url: str) -> None:
    """Where a password has a slash in it, what is before that would stand in a traceback."""
    with pytest.raises(SettingsError, match="is no Redis address") as caught:
        read(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", RIGHT)
def test_an_address_that_can_be_read_is_taken(url: str) -> None:
    """And the library takes it as well."""
    connect(read(url).redis_url).close()
