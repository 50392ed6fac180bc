"""Somebody who writes into Redis asks for more time: what the object has under its MAC counts."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import cast

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.codec import encode
from daypass.adapters.redis.ids import RandomIds
from daypass.domain.ids import RequestId
from daypass.domain.lease import Extension
from daypass.ports import DUTY_HELD, Change, watch_of
from daypass.usecases.shared.rows import adjust_row
from tests.integration.test_extend import carried, ends_at, the_end, written
from tests.whole import Whole

pytestmark = pytest.mark.real


def extended_by_hand(whole: Whole, request: RequestId, length: timedelta) -> Extension:
    """More time as somebody writes it into Redis whom nobody gave it."""
    return Extension(
        length=length,
        until=the_end(whole.lease(request)) + length,
        asked_at=whole.clock.now(),
        version=whole.request(request).plan.version,
    )


def test_writer_to_redis_gets_no_more_time_by_erasing_what_was_had(whole: Whole) -> None:
    """The worker counts by what is sealed on the object: `extensions: []` gives nothing."""
    request = whole.grants()
    end = the_end(whole.lease(request)) + timedelta(minutes=10)
    whole.says("alice", f"extend {request} 10m")
    ends_at(whole, request, end)
    whole.until(lambda: whole.lease(request).extension is None, "the worker is done with it")
    forged = extended_by_hand(whole, request, timedelta(hours=1))
    lease = replace(whole.lease(request), extensions=()).extending(forged)
    row = adjust_row(lease, whole.clock.now())
    move = RandomIds().move()
    whole.store.commit(Change(move=move, leases=(lease,), promises=(row,)))
    whole.until(lambda: whole.lease(request).extension is None, "the worker judged it")
    assert whole.lease(request).extensions[-1].refused == "the rules want an approval for it"
    assert carried(whole, request) == written(end)


def test_lease_ends_when_a_writer_to_redis_gives_it_a_duration_below_zero(whole: Whole) -> None:
    """`duration: -P400D` makes a lease no younger: it is damaged, and what is damaged ends."""
    request = whole.grants()
    forged = whole.lease(request).extending(extended_by_hand(whole, request, timedelta(hours=20)))
    key = keys.lease(forged.id)
    with connect(whole.stack.valkey.url) as client:
        genuine = cast("bytes", client.get(key))
        damaged = {**json.loads(encode(forged)), "duration": "-P400D"}
        client.set(key, json.dumps(damaged))
        try:
            whole.until(partial(is_clean_when_compared, whole), "it is removed")
            assert not whole.sees_pods("alice")
        finally:
            client.set(key, genuine)


def is_clean_when_compared(whole: Whole) -> bool:
    """Let a look compare everything, as where nobody watches, and say whether nothing is left."""
    watch = watch_of("prod")
    whole.client.set(keys.duty(watch), "nobody", px=DUTY_HELD // timedelta(milliseconds=1))
    whole.client.delete(keys.alive(watch))
    whole.looks_now()
    return not whole.objects()
