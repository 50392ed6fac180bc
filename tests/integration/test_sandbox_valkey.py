"""The sandbox's Valkey loses nothing that it has answered for, and is nobody else's."""

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from sandbox.valkey import Valkey

pytestmark = pytest.mark.real

_ONCE = Retry(NoBackoff(), 0)


def _client(valkey: Valkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url, socket_timeout=5, decode_responses=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("appendonly", "yes"),
        ("appendfsync", "always"),
        ("maxmemory-policy", "noeviction"),
        ("bind", "127.0.0.1"),
    ],
)
def test_setting_is_the_safe_one_when_started(empty_valkey: Valkey, name: str, value: str) -> None:
    """It is set up as a production Redis must be, and listens on loopback only."""
    with _client(empty_valkey) as client:
        assert client.config_get(name) == {name: value}


def test_key_is_there_when_valkey_was_killed(empty_valkey: Valkey) -> None:
    """SIGKILL loses no write that was answered."""
    with _client(empty_valkey) as client:
        client.set("answered", "1")
    empty_valkey.kill()
    empty_valkey.start_again()
    with _client(empty_valkey) as client:
        assert client.get("answered") == "1"


def test_key_is_there_when_valkey_was_stopped(empty_valkey: Valkey) -> None:
    """A restart in order loses nothing either."""
    with _client(empty_valkey) as client:
        client.set("answered", "1")
    empty_valkey.stop()
    empty_valkey.start_again()
    with _client(empty_valkey) as client:
        assert client.get("answered") == "1"


def test_stranger_is_refused_when_without_password(valkey: Valkey) -> None:
    """Other users of the machine reach the port, and nothing more."""
    with (
        redis.Redis(port=valkey.address.port, socket_timeout=5, retry=_ONCE) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    assert valkey.address.password not in repr(valkey.address)
