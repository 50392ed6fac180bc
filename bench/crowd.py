"""A thousand people's worth of requests at once, through the use cases and the real Redis."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from time import monotonic, sleep
from typing import Final, TypeVar

from bench.hops import BENCH
from daypass.adapters.memory.people import MemoryPeople
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.yaml import load
from daypass.domain.ids import LeaseId, PersonId, RequestId, lease_id
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.people import Profile
from daypass.ports import AskPorts, Change, Promise, PromiseKind
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.submit import Submit, submit
from sandbox.stack import Stack

BOB: Final = PersonId("U0BOB")
_THREADS: Final = 8
_PEOPLE: Final = 20_000
"""More than the largest burst."""
A = TypeVar("A")
B = TypeVar("B")


class Crowd:
    """Asks and approves as fast as one process can; people are looked up in memory.

    Each request of a burst is another person's, as it would be: nobody has the same twice.
    """

    def __init__(self, stack: Stack) -> None:
        client = connect(f"{stack.valkey.url}?client_name={BENCH}")
        self.client = client
        self.store = RedisStore(client)
        self.clock = RedisClock(client)
        self.agenda = RedisAgenda(client)
        self.heartbeats = RedisHeartbeats(client)
        self.pictures = RedisPictures(client)
        self._stack = stack

    @cached_property
    def ports(self) -> AskPorts:
        """The bot's ports, with Slack's people in memory."""
        names = ["bob", *map(_asker, range(_PEOPLE))]
        people = [_member(name, self.clock.now()) for name in names]
        return AskPorts(
            catalog=load(self._stack.configured.path).catalog,
            store=self.store,
            clock=self.clock,
            agenda=self.agenda,
            heartbeats=self.heartbeats,
            pictures=self.pictures,
            ids=RandomIds(),
            people=MemoryPeople(*people, usergroups={"S0SRE": [BOB]}),
        )

    def ask(self, count: int, level: str = "debug") -> Sequence[RequestId]:
        """Submit that many requests for a level on prod, each by somebody else."""
        wish = replace(_DEBUG, levels=(level,))

        def asked(number: int) -> RequestId:
            return submit(replace(wish, actor=_id(_asker(number))), self.ports).request.id

        return _together(asked, range(count))

    def approve(self, names: Sequence[RequestId]) -> None:
        """Say yes to each."""
        _together(lambda name: decide(Decide(actor=BOB, target=name, yes=True), self.ports), names)

    def granted(self, leases: Sequence[LeaseId]) -> int:
        """Count those that are active."""
        return sum(one.state is LeaseState.ACTIVE for one in self.store.leases(leases))

    def leases(self, names: Sequence[RequestId]) -> Sequence[Lease]:
        """Return the leases of these requests."""
        return self.store.leases([lease_id(name, 1) for name in names])

    def end_within_a_second(self, leases: Sequence[Lease], start: datetime) -> None:
        """Move the ends of leases so that they lie evenly in the second from `start`."""
        for chunk in range(0, len(leases), 50):
            some = [
                replace(lease, ends_at=start + timedelta(seconds=n / len(leases)))
                for n, lease in enumerate(leases[chunk : chunk + 50], start=chunk)
            ]
            self.store.commit(
                Change(
                    move=self.ports.ids.move(),
                    leases=tuple(some),
                    promises=tuple(_end(lease) for lease in some),
                )
            )


def _end(lease: Lease) -> Promise:
    at = lease.ends_at or lease.approved_at
    return Promise(keeper=lease.cluster, kind=PromiseKind.END, subject=lease.id, at=at)


def _asker(number: int) -> str:
    return f"asker{number}"


def _id(name: str) -> PersonId:
    return PersonId(f"U0{name.upper()}")


_DEBUG: Final = Submit(
    actor=BOB, cluster="prod", levels=("debug",), duration=timedelta(hours=1), reason="bench"
)


def _member(name: str, now: datetime) -> Profile:
    return Profile(
        id=_id(name),
        workspace="T0DEMO",
        name=name,
        email=f"{name}@example.com",
        seen_at=now,
    )


def _together(do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(do, things))


def until(done: Callable[[], bool], seconds: float, *, pause: float = 0.005) -> None:
    """Return when `done()`; raises TimeoutError after that time.

    Looking at a thousand leases takes a tenth of a second of one processor: pause longer then.
    """
    end = monotonic() + seconds
    while not done():
        if monotonic() > end:
            raise TimeoutError(f"not done within {seconds:g} s")
        sleep(pause)
