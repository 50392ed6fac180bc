"""Somebody with the bot's rights writes values that are read and cannot be moved, or are another's.

One such value stops nobody else's end, no freeze and no return from restore mode (laws 3 and 10).
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.bounds import MOST
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.codec import Stored, encode
from daypass.domain.epoch import Freeze
from daypass.domain.errors import PermanentOutsideError, UnreadableError
from daypass.domain.ids import LeaseId, MoveId, PersonId, RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.people import Pin
from daypass.ports import Change
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from daypass.usecases.incident.revoke_all import Reach, RevokeAll, revoke_all
from daypass.usecases.requests.confirm import Confirm, confirm
from sandbox.valkey import Valkey
from tests.integration.test_redis_tampered import Scene
from tests.unit.usecases.scenes import FIRST, ask, grant

ODD: Final = LeaseId("00000000000z-1")
VERSIONS: Final = ["3", True, 3.5, None, [3], {}, MOST]
LEFT_OUT: Final = "left out"
"""Of a value that says no version at all; one is ours to write, and the script compares it."""
LAST: Final = "18446744073709551615-18446744073709551615"
"""The greatest id that a stream can have: after it Redis takes no event any more."""
EVERYTHING: Final = RevokeAll(reach=Reach(), actor="admin", by="admin")


@pytest.fixture
def scene(empty_valkey: Valkey) -> Iterator[Scene]:
    """A lease that runs."""
    with connect(empty_valkey.url) as client:
        made = Scene(client)
        made.work()
        yield made


@pytest.fixture
def bot(empty_valkey: Valkey) -> Iterator[Redis]:
    """Somebody with the bot's own rights."""
    with connect(empty_valkey.address.url_of("bot")) as client:
        yield client


def put(bot: Redis, lease: Lease, name: str = ODD, **fields: object) -> None:
    """Write a lease under a name, some of its fields otherwise, and list it."""
    bot.set(keys.lease(name), otherwise(lease, **fields))
    bot.sadd(keys.by_cluster("prod"), name)


def otherwise(value: Stored, **fields: object) -> str:
    """Return how a value is stored, some of its fields otherwise, or LEFT_OUT."""
    said = {**json.loads(encode(value)), **fields}
    return json.dumps({name: one for name, one in said.items() if one is not LEFT_OUT})


@pytest.mark.parametrize("version", [*VERSIONS, LEFT_OUT])
@pytest.mark.parametrize("name", [ODD, FIRST])
def test_revoke_all_ends_everything_beside_a_version_that_is_no_number(
    scene: Scene, bot: Redis, name: LeaseId, version: object
) -> None:
    """The script that commits compares numbers: what is none is damaged, and ends."""
    put(bot, replace(scene.lease, id=name), name, version=version)
    revoke_all(EVERYTHING, scene.world.trail)
    scene.work()
    scene.pass_end()  # What is damaged itself goes with the next look.
    scene.work()
    assert scene.objects == 0


def test_revoke_all_ends_a_lease_although_another_key_says_that_it_is_ending(
    scene: Scene, bot: Redis
) -> None:
    """A value that bears another's name stands in nobody's place."""
    put(bot, replace(scene.lease, state=LeaseState.REVOKING))
    revoke_all(EVERYTHING, scene.world.trail)
    scene.work()
    assert scene.objects == 0


def test_what_bears_another_name_is_read_as_damaged(scene: Scene, bot: Redis) -> None:
    """Leases, requests, pins and tallies are each read under their own keys only."""
    store = scene.world.store
    bot.set(keys.request("00000000000z"), bot.get(keys.request(scene.lease.request)) or b"")
    put(bot, scene.lease)
    with pytest.raises(UnreadableError, match="it is another's"):
        store.request(RequestId("00000000000z"))
    with pytest.raises(UnreadableError, match="it is another's"):
        store.leases([FIRST, ODD])
    assert set(store.live_on("prod")) == {FIRST}


@pytest.mark.parametrize("version", [b"x", b"[]", *VERSIONS, LEFT_OUT])
def test_freeze_stops_grants_whatever_somebody_wrote_there(
    scene: Scene, bot: Redis, version: object
) -> None:
    """Stopping everything works when it is needed most; two who stop it lose neither's word."""
    off = Freeze(by="x", at=scene.clock.now())
    bot.set(keys.FREEZE, version if isinstance(version, bytes) else otherwise(off, version=version))
    for cluster in ("prod", "dev"):
        freeze(FreezeGrants(actor="admin", by="admin", clusters=(cluster,)), scene.world.trail)
    held = scene.world.store.freeze()
    assert held is not None
    assert held.clusters == {"prod", "dev"}


def test_freeze_comes_back_where_its_word_was_made_unreadable(scene: Scene, bot: Redis) -> None:
    """What a mark or a worker knows holds, however the store lost it."""
    freeze(FreezeGrants(actor="admin", by="admin"), scene.world.trail)
    scene.work()
    bot.set(keys.FREEZE, "x")
    reconcile_unasked(scene.ports)
    held = scene.world.store.freeze()
    assert held is not None
    assert held.everywhere


@pytest.mark.parametrize("version", [*VERSIONS, LEFT_OUT])
def test_restore_mode_ends_beside_a_lease_that_cannot_be_moved(
    scene: Scene, bot: Redis, version: object
) -> None:
    """What was being granted is given up, and one value keeps nobody else waiting."""
    waiting = replace(scene.lease, id=ODD, state=LeaseState.GRANTING, attempt=None)
    put(bot, waiting, version=version)
    store = scene.world.store
    epoch = store.epoch()
    assert epoch is not None
    store.commit(Change(move=MoveId("doubted"), epoch=epoch.doubting(frozenset({"prod"}))))
    reconcile_unasked(scene.ports)
    epoch = store.epoch()
    assert epoch is not None
    assert "prod" not in epoch.unproven


def test_grants_go_on_when_a_trail_that_takes_no_event_was_put_aside(
    scene: Scene, bot: Redis
) -> None:
    """What keep-redis says helps: the store counts as set back, and each cluster is looked at."""
    bot.xadd(keys.AUDIT, {"e": "x"}, id=LAST)
    with pytest.raises(PermanentOutsideError, match="takes no event"):
        ask(scene.world, "nodes")
    scene.client.rename(keys.AUDIT, "kept")
    reconcile_unasked(scene.ports)
    reconcile_unasked(scene.ports)
    assert grant(scene.world, "nodes").state is LeaseState.ACTIVE
    assert scene.objects == 2


def test_email_stays_that_account_s_whose_pin_cannot_be_read(scene: Scene, bot: Redis) -> None:
    """Nobody else gets an email because somebody damaged its owner's pin."""
    store = scene.world.store
    bot.set(keys.person("U0ALICE"), "x")
    assert store.owner("alice@example.com") == "U0ALICE"
    done = revoke_all(
        RevokeAll(reach=Reach(person="alice@example.com"), actor="admin", by="admin"),
        scene.world.trail,
    )
    assert done.ended == (FIRST,)


@pytest.mark.parametrize("readable", [False, True])
def test_email_that_is_said_to_be_nobody_s_is_confirmed_by_an_administrator(
    scene: Scene, bot: Redis, *, readable: bool
) -> None:
    """What is no account owns no email: no administrator could name it and let it go."""
    account, nobody = PersonId("U0BOB"), PersonId("zzz")
    email, now = "bob@example.com", scene.clock.now()
    pin = Pin(id=nobody, email=email, pinned_at=now, version=1)
    bot.set(keys.person(account), "x")
    bot.set(keys.owner(email), nobody)
    bot.set(keys.person(nobody), encode(pin) if readable else "x")
    confirm(Confirm(actor="admin", person=account, email=email), scene.world.trail)
    assert scene.world.store.owner(email) == account


def test_pin_that_cannot_be_read_is_mended_by_an_administrator(scene: Scene, bot: Redis) -> None:
    """Confirming the account writes over whatever is there."""
    account = PersonId("U0BOB")
    bot.set(keys.person(account), "x")
    ask(scene.world, "nodes")
    confirm(Confirm(actor="admin", person=account, email="bob@example.com"), scene.world.trail)
    pin = scene.world.store.pin(account)
    assert pin is not None
    assert pin.email == "bob@example.com"
