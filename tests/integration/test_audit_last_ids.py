"""Whoever may append to the trail names an id that none follows: the chain goes on all the same."""

from collections.abc import Iterator
from typing import Final

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trail import RedisTrail
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.trail import Checkpoint, is_last, sealed
from daypass.domain.verification import Report, verify
from daypass.usecases.audit.excerpt import excerpt
from sandbox.valkey import Valkey

KEY: Final = b"k" * 32
GREATEST: Final = (1 << 64) - 1
"""Of either half of an id."""


class Trailed:
    """A trail on a Valkey of its own, and somebody with the bot's rights."""

    def __init__(self, client: Redis, bot: Redis) -> None:
        self.client, self.bot = client, bot
        self.trail, self.clock = RedisTrail(client), RedisClock(client)

    def happen(self) -> None:
        """Let something happen."""
        event = AuditEvent(
            at=self.clock.now(), action=Action.GRANTS_FROZEN, actor="admin", subject="prod"
        )
        RedisStore(self.client).record(event)

    def seal(self) -> Checkpoint | None:
        """Chain what happened since the last checkpoint, if anything."""
        last = self.trail.last()
        entries = self.trail.entries(last.upto if last else "", 100)
        if not entries:
            return None
        made = sealed(last, entries, at=self.clock.now(), key=KEY)
        assert self.trail.append(made)
        return made

    def verified(self) -> Report:
        """Read all of it and make its chain anew."""
        return verify(excerpt(self.trail).pieces, KEY)


@pytest.fixture
def trailed(empty_valkey: Valkey) -> Iterator[Trailed]:
    """A trail with one event under a checkpoint."""
    url = empty_valkey.address.url_of("bot")
    with (
        connect(empty_valkey.url) as client,
        connect(url) as bot,
    ):
        made = Trailed(client, bot)
        made.happen()
        assert made.seal() is not None
        yield made


def test_chain_goes_on_behind_the_last_id_of_a_millisecond(trailed: Trailed) -> None:
    """The next event is of the next millisecond, and the next checkpoint is over that."""
    ahead = int(trailed.clock.now().timestamp() * 1_000) + 1
    trailed.bot.xadd(keys.AUDIT, {"e": "x"}, id=f"{ahead}-{GREATEST}")
    assert trailed.seal() is not None
    trailed.happen()
    made = trailed.seal()
    assert made is not None
    assert made.count == 1
    found = trailed.verified()
    assert (found.events, found.faults) == (3, ())


def test_what_is_there_is_read_although_no_id_is_left(trailed: Trailed) -> None:
    """It is verified as far; put aside as keep-redis says the chain begins anew."""
    trailed.bot.xadd(keys.AUDIT, {"e": "x"}, id=f"{GREATEST}-{GREATEST}")
    assert trailed.seal() is not None
    assert trailed.seal() is None
    assert trailed.verified().faults == ()
    for name in (keys.AUDIT, keys.CHECKPOINTS):
        trailed.client.rename(name, f"{name}-until-today")
    trailed.happen()
    made = trailed.seal()
    assert made is not None
    assert (made.number, trailed.verified().faults) == (1, ())


def test_a_trail_that_takes_no_event_is_known_by_its_last(trailed: Trailed) -> None:
    """What `daypass status` and a metric say of it."""
    store = RedisStore(trailed.client)
    assert not is_last(store.last_event())
    trailed.bot.xadd(keys.AUDIT, {"e": "x"}, id=f"{GREATEST}-{GREATEST}")
    assert is_last(store.last_event())
