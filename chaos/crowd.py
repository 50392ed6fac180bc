"""People who ask for many short leases through the use cases, and never stop at a failure."""

import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock
from typing import Final, TypeVar

from chaos.site import NAMESPACES, Site
from daypass.adapters.memory.people import MemoryPeople
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.yaml import load
from daypass.domain.errors import OutsideError, RefusedError
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.people import Profile
from daypass.ports import AskPorts
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.submit import Submit, submit

_ASKERS: Final = ("alice", "carol", "dan")
_MIRRORS: Final = ("dan", "prod")
"""Who has nothing else there: what a group has reaches into every namespace."""
_BOB: Final = PersonId("U0BOB")
_THREADS: Final = 12
_AGAIN: Final = 0.5
"""Seconds until somebody who was not served tries again."""
_GIVE_UP: Final = 60.0
_SECONDS: Final = (2, 20)
"""How long leases last."""
_RELEASED: Final = 0.15
_EXTENDED: Final = 0.2
_MORE: Final = timedelta(seconds=6)
_DENIED: Final = 0.05
T = TypeVar("T")


@dataclass(slots=True)
class Promised:
    """What people were told: it must be true afterwards, whatever died meanwhile."""

    requests: set[RequestId] = field(default_factory=set)
    approved: set[RequestId] = field(default_factory=set)
    denied: set[RequestId] = field(default_factory=set)
    unserved: int = 0
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What somebody asks for; no namespace where the level says where it holds."""

    asker: str
    cluster: str
    level: str = "team-view"
    namespaces: tuple[str, ...] = ()


def _everything(clusters: Iterable[str]) -> list[_Wanted]:
    """Return what is drawn from: every delivery, and whatever each needs to be told apart by.

    Somebody never has two leases for one place at once: a review could not tell them apart.
    """
    roles = [
        _Wanted(asker=asker, cluster=cluster, namespaces=(namespace,))
        for namespace in NAMESPACES
        for asker in _ASKERS
        for cluster in clusters
        if (asker, cluster) != _MIRRORS
    ]
    groups = [_Wanted(asker=one, cluster="prod", level="platform-admins") for one in _ASKERS]
    asker, cluster = _MIRRORS
    return [*roles, *groups, _Wanted(asker=asker, cluster=cluster, level="oncall")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """One request and what becomes of it."""

    at: float
    what: "_Wanted"
    seconds: int
    fate: float


class Crowd:
    """Asks, approves, denies, extends and releases, evenly over a time, as a seed says."""

    def __init__(self, site: Site, seed: int) -> None:
        self.promised = Promised()
        self._site = site
        self._random = random.Random(seed)
        self._stop = Event()
        client = connect(site.redis.url_of("bot"))
        now = RedisClock(connect(site.stack.valkey.url)).now()
        people = [
            Profile(
                id=PersonId(f"U0{name.upper()}"), workspace="T0DEMO", name=name,
                email=f"{name}@example.com", seen_at=now,
            )
            for name in (*_ASKERS, "bob")
        ]  # fmt: skip
        self._ports = AskPorts(
            catalog=load(site.stack.configured.path).catalog,
            store=RedisStore(client),
            clock=RedisClock(client),
            agenda=RedisAgenda(client),
            heartbeats=RedisHeartbeats(client),
            pictures=RedisPictures(client),
            ids=RandomIds(),
            people=MemoryPeople(*people, usergroups={"S0SRE": [_BOB]}),
        )

    def live(self, count: int, seconds: float) -> None:
        """Tell `count` stories within `seconds`; returns when the last person is served."""
        stories = self._stories(count, seconds)
        start = time.monotonic()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="person") as people:
            for story in stories:
                self._stop.wait(max(0.0, start + story.at - time.monotonic()))
                people.submit(self._tell, story)

    def stop(self) -> None:
        """Let nobody wait any longer."""
        self._stop.set()

    def _stories(self, count: int, seconds: float) -> list[_Story]:
        wanted = _everything(self._site.clusters)
        self._random.shuffle(wanted)
        return [
            _Story(
                at=seconds * number / count,
                what=wanted[number % len(wanted)],
                seconds=self._random.randint(*_SECONDS),
                fate=self._random.random(),
            )
            for number in range(count)
        ]

    def _tell(self, story: _Story) -> None:
        what = story.what
        asker = PersonId(f"U0{what.asker.upper()}")
        ask = Submit(
            actor=asker,
            cluster=what.cluster,
            levels=(what.level,),
            namespaces=what.namespaces,
            duration=timedelta(seconds=story.seconds),
            reason="chaos",
        )
        asked = self._until_served(lambda: submit(ask, self._ports).request.id)
        if asked is None:
            with self.promised.lock:
                self.promised.unserved += 1
            return
        self._note(self.promised.requests, asked)
        yes = what.cluster != "prod" or self._answered(asked, yes=story.fate > _DENIED)
        if yes:
            self._stop.wait(story.seconds / 2)
            self._change(asked, asker, story)

    def _change(self, name: RequestId, asker: PersonId, story: _Story) -> None:
        """Let some release what they have, and some have it for longer."""
        if story.fate > 1 - _RELEASED:
            command = Release(actor=asker, target=name)
            self._until_served(lambda: _taken(lambda: release(command, self._ports)))
        elif story.fate > 1 - _RELEASED - _EXTENDED:
            more = Extend(actor=asker, target=name, length=_MORE)
            self._until_served(lambda: _taken(lambda: extend(more, self._ports)))

    def _answered(self, name: RequestId, *, yes: bool) -> bool:
        """Let bob answer; whether that made it approved."""
        answer = Decide(actor=_BOB, target=name, yes=yes, reason="" if yes else "chaos")
        if self._until_served(lambda: _taken(lambda: decide(answer, self._ports))) is None:
            return False
        self._note(self.promised.approved if yes else self.promised.denied, name)
        return yes

    def _until_served(self, do: Callable[[], T]) -> T | None:
        """Do it until it is done; None where nobody served it for very long."""
        until = time.monotonic() + _GIVE_UP
        while time.monotonic() < until and not self._stop.is_set():
            with suppress(OutsideError, RefusedError):
                return do()
            self._stop.wait(_AGAIN)
        return None

    def _note(self, where: set[RequestId], name: RequestId) -> None:
        with self.promised.lock:
            where.add(name)


def _taken(do: Callable[[], object]) -> bool:
    """Do it; a refusal says that an earlier try, of which the answer was lost, had done it."""
    with suppress(RefusedError):
        do()
    return True
