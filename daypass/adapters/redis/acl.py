"""What each process may do in Redis: one ACL user per role, by command and key, and no more.

A script runs with the rights of whoever calls it, so a role that commits moves may write what its
moves write; which of them it makes is not Redis's to say. docs/howto/keep-redis.md has these rules.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from daypass.adapters.redis import keys
from daypass.adapters.rq.routes import GRANTS_ROUTE, NOTIFICATIONS_ROUTE

ANY: Final = "*"
_ALL: Final = f"{keys.PREFIX}{ANY}"
_QUEUE: Final = "rq:queue:"
_JOBS: Final = "rq:job:*"
_CALLS: Final = (
    "hello", "auth", "ping", "select", "client|setinfo", "client|setname",
    "multi", "exec", "discard", "info", "time", "script|load",
)  # fmt: skip
_READS: Final = (
    "get", "mget", "hget", "hgetall", "hvals", "hkeys", "hmget", "hscan", "smembers", "scard",
    "sismember", "zrange", "zrevrange", "zrangebyscore", "zscore", "zcount", "xrange", "xrevrange",
    "lpos", "llen", "strlen", "getrange", "exists", "pttl",
)  # fmt: skip
_PROMISES: Final = (keys.due(""), keys.due(ANY))
_LEDGER: Final = (keys.by_person(ANY), keys.PENDING, keys.OVER)
_INDEXES: Final = (
    keys.live_of(ANY), keys.pending_of(ANY), keys.by_cluster(ANY), keys.wide(ANY),
)  # fmt: skip
_EARLY: Final = (keys.early(ANY),)
"""Who ends something writes it in; nobody but who sees to it takes it off."""
_LISTS: Final = (*_INDEXES, *_EARLY, keys.by_person(ANY), keys.PENDING)
"""What a script reads the names in; what it may do there is in other rules."""
_REQUESTS: Final = (keys.request(ANY),)
_LEASES: Final = (keys.lease(ANY),)
_TALLIES: Final = (keys.tally(ANY, ANY),)
_PINS: Final = (keys.person(ANY), keys.owner(ANY))
_NAMES: Final = (keys.name_owner(ANY, ANY),)

_VALUES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "bot": (*_REQUESTS, *_LEASES, *_PINS, *_NAMES, keys.FREEZE),
        "grants": (*_REQUESTS, *_LEASES, *_TALLIES, keys.FREEZE, keys.EPOCH),
        "notifications": (),
        "timekeeper": (),
        "admin": (*_REQUESTS, *_LEASES, *_PINS, keys.FREEZE),
    }
)
"""What each role's moves write; none of them writes all, who keeps time or tells people none."""


def rules() -> Mapping[str, str]:
    """Return each role's rules, without its password, as `ACL SETUSER` takes them."""
    return {role: " ".join(_rules(role)) for role in _VALUES}


def _rules(role: str) -> Iterator[str]:
    yield "-@all"
    yield from _plus(_CALLS)
    yield _may(("evalsha",), *_to(*_LISTS))
    yield _may(_READS, f"%R~{_ALL}", f"%R~{_QUEUE}{ANY}")
    yield from _moves(_VALUES[role])
    yield from _OTHERS[role]()


def _moves(values: tuple[str, ...]) -> Iterator[str]:
    """Commit moves, and wake whom they concern."""
    declared = (*values, *_PROMISES)
    yield _may(("evalsha",), *_to(*declared))
    yield _may(("set",), *_to(*values, keys.woken(ANY)))
    yield _may(("zadd", "zrem"), *_to(*_PROMISES))
    if values:
        yield _may(("xadd",), *_to(keys.AUDIT))
        yield _may(("zadd", "zrem"), *_to(*_LEDGER))
        yield _may(("sadd", "srem"), *_to(*_INDEXES))
        yield _may(("sadd",), *_to(*_EARLY))
    yield _may(("sadd",), *_to("rq:queues"))
    yield _may(("hset", "expire"), *_to(_JOBS))
    yield _may(("rpush",), *_to(*(f"{_QUEUE}{route.queue}" for route in _ROUTES)))


_ROUTES: Final = (GRANTS_ROUTE, NOTIFICATIONS_ROUTE)


def _bot() -> Iterator[str]:
    yield _may(("set",), *_to(keys.idem(ANY)))


def _grants() -> Iterator[str]:
    yield _may(("evalsha", "zadd"), *_to(keys.SEEN, keys.SEEN_AT))
    yield _may(("hset",), *_to(keys.SEEN))
    yield _may(("srem",), *_to(*_EARLY))
    alive, duties = keys.alive("watch:*"), keys.duty(ANY)
    pictures = (keys.PICTURES, keys.picture(ANY, ANY))
    yield _may(("evalsha",), *_to(alive, duties, *pictures))
    yield _may(("set",), *_to(alive, duties))
    yield _may(("hset", "hdel"), *_to(*pictures))
    yield from _works(GRANTS_ROUTE.queue)


def _notifications() -> Iterator[str]:
    yield _may(("set", "del"), *_to(keys.idem(ANY)))
    yield _may(("hset",), *_to(keys.told(ANY)))
    yield _may(("hset", "hdel"), *_to(keys.UNSAID))
    yield _may(("set",), *_to(keys.offboarded(ANY)))
    yield _may(("sadd",), *_to(*_EARLY))
    yield from _works(NOTIFICATIONS_ROUTE.queue)


def _timekeeper() -> Iterator[str]:
    alive, sealed = keys.alive(ANY), (keys.CHECKPOINTS, keys.HEAD, keys.TRIMMED)
    yield _may(("evalsha",), *_to(alive, *_PROMISES, keys.AUDIT, *sealed, *_REQUESTS, *_LEASES))
    yield _may(("set",), *_to(alive, keys.HEAD, keys.TRIMMED))
    yield _may(("xadd", "xtrim"), *_to(keys.AUDIT, keys.CHECKPOINTS))
    yield _may(("del",), *_to(*_REQUESTS, *_LEASES, keys.told(ANY)))
    yield _may(("zrem",), *_to(keys.by_person(ANY), keys.OVER))
    yield _may(("zadd",), *_to(keys.OVER))
    yield _may(("hdel",), *_to(keys.UNSAID))


def _admin() -> Iterator[str]:
    yield from ()


_OTHERS: Final = MappingProxyType(
    {
        "bot": _bot,
        "grants": _grants,
        "notifications": _notifications,
        "timekeeper": _timekeeper,
        "admin": _admin,
    }
)


def _works(queue: str) -> Iterator[str]:
    """Work for RQ: take jobs of one queue, and say so."""
    yield "+client|list"
    taken = (f"{_QUEUE}{queue}", f"{_QUEUE}{queue}:intermediate")
    yield _may(("blmove", "lmove", "lrem", "lrange", "type", "del"), *_to(*taken))
    yield _may(("hget", "hstrlen", "del"), *_to(_JOBS))
    yield _may(("hset", "expire", "del"), *_to("rq:worker:*"))


def _plus(commands: tuple[str, ...]) -> Iterator[str]:
    return (f"+{command}" for command in commands)


def _to(*patterns: str) -> tuple[str, ...]:
    return tuple(f"~{pattern}" for pattern in patterns)


def _may(commands: tuple[str, ...], *patterns: str) -> str:
    """Return a selector: these commands on these keys."""
    return f"({' '.join((*_plus(commands), *patterns))})"
