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
    "redis://default:12?s3cret@redis:6379/0",
    "redis://12?s3cret@redis:6379/0",
    "REDIS://redis:6379/0",
    "Redis://:s3cret@redis:6379/0",
    "unix://",
)
WATCHED: Final = (
    "redis+sentinel://ours:s3cret#x@one:26379/mymaster/0",
    "redis+sentinel://ours:s3cret?x@one:26379/mymaster/0",
    "rediss+sentinel://ours:12[s3cret@one,two/mymaster/0",
    "redis+sentinel://one/mymaster/0?sentinel_password=x#s3cret",
)
RIGHT: Final = (
    "redis+sentinel://ours:p%23s@one:26379,two:26379/mymaster/0?sentinel_password=p@ss",
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


@pytest.mark.parametrize("url", WATCHED)
def test_an_address_of_sentinels_that_cannot_be_read_is_not_repeated_either(url: str) -> None:
    """They have passwords, too."""
    with pytest.raises(SettingsError, match="is no address of Sentinels") as caught:
        read(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", RIGHT)
def test_an_address_that_can_be_read_is_taken(url: str) -> None:
    """And the library takes it as well."""
    connect(read(url).redis_url).close()
