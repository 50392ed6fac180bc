"""One person has the same once, on the whole stack: what Slack answers, and what the cluster has.

A bot that lies is played by use cases over the real Redis, with rules that bound nothing.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from daypass.adapters.memory.people import MemoryPeople
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.yaml import load
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import AskPorts
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.submit import Submit, submit
from tests.builders import a_profile, unbounded
from tests.talk import ASK
from tests.whole import Whole

pytestmark = pytest.mark.real

ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")
ON_DEV = Submit(actor=ALICE, cluster="dev", levels=("log-reader",), duration=timedelta(minutes=10))
ON_PROD = Submit(
    actor=ALICE, cluster="prod", levels=("debug",), duration=timedelta(minutes=10), reason="again"
)


def lying(whole: Whole) -> AskPorts:
    """Return the ports of a bot that counts nothing, on the same Redis."""
    now = whole.clock.now()
    people = [a_profile(name, seen_at=now) for name in ("alice", "bob")]
    return AskPorts(
        catalog=unbounded(load(whole.stack.configured.path).catalog),
        store=whole.store,
        clock=whole.clock,
        agenda=RedisAgenda(whole.client),
        heartbeats=RedisHeartbeats(whole.client),
        pictures=RedisPictures(whole.client),
        ids=RandomIds(),
        people=MemoryPeople(*people, usergroups={"S0SRE": [BOB]}),
    )


def again(whole: Whole) -> RequestId:
    """Let alice have debug on prod once more, and bob approve it, whatever is there."""
    ports = lying(whole)
    request = submit(ON_PROD, ports).request.id
    decide(Decide(actor=BOB, target=request, yes=True), ports)
    return request


def lines_of(answer: str) -> list[str]:
    """Return the lines that an answer offers, without the command's name."""
    return re.findall(r"^/access (.+)$", answer, re.MULTILINE)


def test_second_ask_is_answered_with_what_is_there_and_the_line_to_go_on(whole: Whole) -> None:
    """While it waits, for whom; while it is held, until when: and the offered line works."""
    request = whole.asks()
    waits = whole.says("alice", ASK)
    assert f"debug is asked for on prod already: request {request} waits for team:sre" in waits
    [look] = lines_of(waits)
    assert "Pending" in whole.says("alice", look)
    whole.clicks("bob", "approve", request)
    whole.card(request, "Granted")
    held = whole.says("alice", ASK)
    ends = whole.lease(request).ends_at
    assert ends is not None
    assert f"lease {request}-1 lasts until {ends:%Y-%m-%d %H:%M UTC}" in held
    [more] = lines_of(held)
    assert more == f"extend {request}-1 30m"
    whole.says("alice", more)
    assert whole.store.requests_of(ALICE, 1)[0].extends == f"{request}-1"
    assert len(whole.objects()) == 1


def test_worker_refuses_a_second_although_the_bot_lied(whole: Whole) -> None:
    """Law 8: the card says what is there; the cluster has one object, and it goes on."""
    first = whole.grants()
    second = again(whole)
    whole.card(second, "Failed", f"debug is held on prod already: lease {first}-1")
    assert whole.reaches(second, LeaseState.ENDED).cause is EndCause.FAILED
    [found] = whole.objects()
    assert found["metadata"]["labels"]["daypass.dev/lease"] == f"{first}-1"
    assert whole.sees_pods("alice")


def test_of_many_asks_at_one_moment_one_is_granted(whole: Whole) -> None:
    """Automatic, by several bots at once that know nothing of each other."""
    ports = lying(whole)
    with ThreadPoolExecutor(8) as bots:
        made = list(bots.map(lambda _: submit(ON_DEV, ports).request.id, range(8)))
    whole.until(
        lambda: all(whole.lease(one).state is not LeaseState.GRANTING for one in made),
        "each is granted or refused",
    )
    active = [one for one in made if whole.lease(one).state is LeaseState.ACTIVE]
    assert len(active) == 1
    whole.until(lambda: len(whole.objects(cluster="dev")) == 1, "one object is there")
