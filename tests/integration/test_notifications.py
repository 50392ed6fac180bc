"""The notifications worker as a process of its own, on Valkey and the Slack emulator."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.store import RedisStore
from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.ports import Change
from daypass.usecases.shared.rows import card
from sandbox.processes import Child, Processes
from sandbox.slack.client import Client
from sandbox.slack.manifest import read_manifest
from sandbox.slack.seed import read_seed
from sandbox.slack.server import Config, Emulator
from sandbox.slack.tokens import fresh_tokens
from sandbox.valkey import Valkey
from tests.builders import a_lease, a_request
from tests.unit.adapters.slack.examples import a_granted, an_approved

pytestmark = pytest.mark.real

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "daypass.yaml"
APPROVALS = "#access-approvals"
SOON = 20.0
"""Seconds that anything may take on a busy machine; no test says how fast it has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A store, a clock, and the pool of Slack's people; a worker listens."""

    store: RedisStore
    clock: RedisClock
    agenda: RedisAgenda
    heartbeats: RedisHeartbeats
    slack: Client
    ids: RandomIds

    def asked(self) -> Request:
        """Return what was asked just now: the timekeeper would let an older one lapse."""
        now = self.clock.now()
        return a_request(asked_at=now, lapses_at=now + timedelta(hours=1))

    def put(self, request: Request, *leases: Lease) -> None:
        """Commit what is so now, with its promise to tell it."""
        known = self.store.request(request.id)
        held = {lease.id: lease for lease in self.store.leases(request.lease_ids)}
        self.store.commit(
            Change(
                move=self.ids.move(),
                requests=(replace(request, version=known.version if known else 0),),
                leases=tuple(
                    replace(one, version=held[one.id].version if one.id in held else 0)
                    for one in leases
                ),
                promises=(card(request.id, self.clock.now()),),
            )
        )


@pytest.fixture
def site(empty_valkey: Valkey, processes: Processes) -> Iterator[Site]:
    """A workspace, an empty store, and the process that we test."""
    tokens = fresh_tokens()
    config = Config(seed=read_seed(), manifest=read_manifest(), tokens=tokens)
    with Emulator(config) as emulator:
        worker = Child(
            name="notifications",
            command=(sys.executable, "-m", "workers", "notifications"),
            environment={
                "DAYPASS_CONFIG": str(EXAMPLE),
                "DAYPASS_REDIS_URL": empty_valkey.address.url_of("notifications"),
                "DAYPASS_SLACK_BOT_TOKEN": tokens.bot,
                "DAYPASS_SLACK_BASE_URL": emulator.api_url,
            },
        )
        its_own = {"DAYPASS_REDIS_URL": empty_valkey.address.url_of("timekeeper")}
        waker = Child(
            name="timekeeper",
            command=(*worker.command[:-1], "timekeeper"),
            environment={**worker.environment, **its_own},
        )
        processes.start(worker)
        processes.start(waker)
        client = connect(empty_valkey.url)
        try:
            yield Site(
                store=RedisStore(client),
                clock=RedisClock(client),
                agenda=RedisAgenda(client),
                heartbeats=RedisHeartbeats(client),
                slack=Client(emulator.url),
                ids=RandomIds(),
            )
        finally:
            processes.stop("notifications")
            processes.stop("timekeeper")


def test_card_thread_and_direct_message_appear_when_a_move_is_committed(site: Site) -> None:
    """A committed move is enough: the wake-up in it makes the worker tell Slack, in place."""
    site.put(site.asked())
    site.slack.wait("bob", APPROVALS, "Pending", within=SOON)
    site.put(an_approved(), a_lease())
    site.slack.wait("bob", APPROVALS, "Approved by", within=SOON)
    site.put(an_approved(), a_granted())
    direct = site.slack.wait("alice", "@daypass", "Granted", within=SOON)
    assert "kubectl --context prod -n payments get pods" in direct["as_text"]
    site.slack.wait("bob", APPROVALS, "confirmed by prod itself", within=SOON)
    cards = [one for one in site.slack.messages("bob", APPROVALS) if not one.get("thread_ts")]
    (shown,) = cards or site.slack.messages("bob", APPROVALS)[:1]
    assert "Granted" in shown["as_text"]


def test_messages_arrive_when_slack_is_back(site: Site) -> None:
    """What happened while Slack was down is told later; nothing is lost, nothing doubled."""
    site.slack.set_faults(down=True)
    site.put(site.asked())
    site.put(an_approved(), a_lease())
    site.slack.set_faults(down=False, retry_after={"chat.postMessage": [1]})
    site.slack.wait("bob", APPROVALS, "Approved by", within=SOON)
    assert len(site.slack.messages("bob", APPROVALS)) == 2
