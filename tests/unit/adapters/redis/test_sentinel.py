"""Addresses of Sentinels: whom is asked for what, and with which credentials."""

from typing import Any

from redis.sentinel import SentinelConnectionPool, SentinelManagedSSLConnection

from daypass.adapters.redis.client import RETRIES, connect

LONG = (
    "rediss+sentinel://ann:p%40ss@one:26380,two,[::1]:26381/my-master/3"
    "?ssl_cert_reqs=none&sentinel_username=bea&sentinel_password=word"
)


def pool_of(url: str) -> SentinelConnectionPool:
    """Return what a client for that address asks by."""
    pool = connect(url).connection_pool
    assert isinstance(pool, SentinelConnectionPool)
    return pool


def said(options: dict[str, Any], *names: str) -> list[object]:
    """Return those options."""
    return [options.get(name) for name in names]


def test_redis_gets_the_users_of_the_address() -> None:
    """User, password, database and TLS are Redis's own, and so are our time limits and retries."""
    pool = pool_of(LONG)
    options = pool.connection_kwargs
    assert pool.service_name == "my-master"
    assert said(options, "username", "password", "db") == ["ann", "p@ss", 3]
    assert options["retry"].get_retries() == RETRIES
    assert issubclass(pool.connection_class, SentinelManagedSSLConnection)


def test_sentinels_get_only_what_is_theirs() -> None:
    """Redis's password is not sent to the Sentinels; each is asked once and then the next."""
    sentinels = [one.get_connection_kwargs() for one in pool_of(LONG).sentinel_manager.sentinels]
    where = [said(one, "host", "port") for one in sentinels]
    assert where == [["one", 26380], ["two", 26379], ["::1", 26381]]
    for one in sentinels:
        assert said(one, "username", "password", "ssl_cert_reqs") == ["bea", "word", "none"]
        assert one["retry"].get_retries() == 0


def test_short_address_asks_without_credentials_or_tls() -> None:
    """Hosts and the master's name are enough."""
    pool = pool_of("redis+sentinel://one:26379,two:26379/mymaster")
    assert said(pool.connection_kwargs, "username", "password") == [None, None]
    [first, _] = pool.sentinel_manager.sentinels
    assert said(first.get_connection_kwargs(), "username", "password") == [None, None]
