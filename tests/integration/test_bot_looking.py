"""The bot as a process looks into a cluster by what is in Redis, under its own Redis user."""

from pathlib import Path
from typing import Final

from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.pictures import RedisPictures
from daypass.domain.picture import About, Edit
from daypass.ports import watch_of
from sandbox.slack.client import Client
from sandbox.slack.server import Emulator
from sandbox.valkey import Valkey
from tests.drawing import VIEW, a_binding, a_role, a_rule, group
from tests.integration.test_bot_process import PATIENCE, emulator, environment, running

__all__ = ["emulator", "environment"]
HERE: Final = "#general"


def draw(valkey: Valkey) -> None:
    """Be a grants worker that has seen prod."""
    client = connect(valkey.address.url_of("grants"))
    duty = watch_of("prod")
    assert RedisHeartbeats(client).take_duty(duty, "test")
    pictures = RedisPictures(client)
    vault = a_role("vault", a_rule("get", of="secrets"))
    there = (VIEW, vault, a_binding("ops", "view", group("ops")))
    assert pictures.edit(Edit(cluster="prod", there=there), duty, "test")
    assert pictures.keep_about(About(cluster="prod", at=RedisClock(client).now()), duty, "test")


def test_person_looks_around_and_asks_for_what_was_refused(
    emulator: Emulator, environment: dict[str, str], empty_valkey: Valkey, tmp_path: Path
) -> None:
    """Pages, a button that works after a restart, and a message of Kubernetes that was pasted."""
    assert (tmp_path / "daypass.yaml").exists()
    draw(empty_valkey)
    slack = Client(emulator.url)
    with running(environment):
        slack.wait_for_app(within=PATIENCE)
        slack.say("alice", HERE, "/access discover prod")
        slack.wait("alice", HERE, "On prod: 1 Group, 1 ClusterRole, 1 ClusterRoleBinding")
        slack.say("alice", HERE, "/access discover prod view --kind role")
        slack.wait("alice", HERE, "1 rule")
        slack.say("alice", HERE, "/access who prod")
        slack.wait("alice", HERE, "1 by standing bindings")
        refused = 'User "alice@example.com" cannot list resource "pods" in API group "" '
        slack.say("alice", HERE, f'/access {refused}in the namespace "payments"')
        slack.wait("alice", HERE, "`debug` in payments: 2 permissions")
    with running(environment):
        slack.wait_for_app(within=PATIENCE)
        slack.click("alice", HERE, match="1 rule", action="rules")
        slack.wait("alice", HERE, "get, list")
