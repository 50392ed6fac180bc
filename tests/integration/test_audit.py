"""The audit trail on a real Valkey: the command as an administrator runs it, and the timekeeper."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, cast

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trail import RedisTrail
from daypass.domain.audit import Action, AuditEvent
from daypass.ports import Promise, PromiseKind, TrailPorts
from daypass.usecases.audit.checkpoint import checkpoint
from sandbox.valkey import Valkey
from tests.builders import KEY, a_request, a_world

BOUND: Final = 20
"""Seconds for anything that a process has to do."""
EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "daypass.yaml"
LEASE: Final = "k7q2m9x4t1bd-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A trail on the run's Valkey, and the command."""

    client: Redis
    ports: TrailPorts
    settings: dict[str, str]

    def happen(self, *actions: Action, subject: str = LEASE) -> None:
        """Append events."""
        at = self.ports.clock.now()
        for n, action in enumerate(actions):
            event = AuditEvent(
                at=at + n * timedelta(seconds=1), action=action, actor="bob", subject=subject
            )
            self.ports.store.record(replace(event, cluster="prod", facts={"why": "=INC-42"}))

    def seal(self) -> str:
        """Make a checkpoint; return its hash."""
        done = checkpoint(self.ports)
        assert done is not None
        return done.made.hash

    def run(self, *words: str, **settings: str) -> tuple[int, str, str]:
        """Run `daypass audit …`; return exit status, output and complaints."""
        done = subprocess.run(
            (sys.executable, "-m", "daypass.cli", "audit", *words),
            env={**os.environ, **self.settings, **settings},
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def stage(empty_valkey: Valkey) -> Stage:
    """An empty trail."""
    client, world = connect(empty_valkey.url), a_world()
    ports = TrailPorts(
        catalog=world.catalog,
        store=RedisStore(client),
        clock=RedisClock(client),
        agenda=RedisAgenda(client),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        ids=world.ids,
        trail=RedisTrail(client),
        archive=RedisArchive(client),
        key=KEY,
    )
    settings = {"DAYPASS_REDIS_URL": empty_valkey.url, "DAYPASS_AUDIT_KEY": KEY.hex()}
    return Stage(client=client, ports=ports, settings=settings)


def test_verify_says_what_is_proven_and_up_to_when(stage: Stage) -> None:
    """Events, checkpoints, and what is not covered yet; exit status 0."""
    stage.happen(Action.REQUEST_SUBMITTED, Action.REQUEST_APPROVED)
    head = stage.seal()
    stage.happen(Action.LEASE_ENDED)
    status, said, complaints = stage.run("verify", "--head", head.upper())
    assert (status, complaints) == (0, "")
    assert said.splitlines()[0] == "2 events under 1 checkpoint."
    assert "1 event after it: not under a checkpoint yet." in said
    assert said.splitlines()[-1] == "All is as it was written."
    assert f"  {head}" in said.splitlines()


def test_verify_names_the_event_that_is_gone(stage: Stage) -> None:
    """Exit status 1, and the place of the fault."""
    stage.happen(Action.REQUEST_SUBMITTED, Action.REQUEST_APPROVED, Action.LEASE_ENDED)
    stage.seal()
    first, gone, last = stage.ports.trail.entries("", 9)
    stage.client.xdel(keys.AUDIT, gone.id)
    status, said, _ = stage.run("verify")
    assert status == 1
    assert "1 fault:" in said.splitlines()
    fault = f"  checkpoint 1: 1 event is missing between {first.id} and {last.id}"
    assert fault in said.splitlines()


def test_verify_fails_for_a_head_that_is_not_in_the_chain(stage: Stage) -> None:
    """A trail that was emptied and made anew is right in itself: the head shows it."""
    stage.happen(Action.REQUEST_SUBMITTED)
    head = stage.seal()
    stage.client.flushall()
    stage.happen(Action.REQUEST_SUBMITTED)
    stage.seal()
    assert stage.run("verify")[0] == 0
    status, said, _ = stage.run("verify", "--head", head)
    assert status == 1
    assert f"no checkpoint has the hash {head}" in said


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_export_can_be_verified_without_redis(stage: Stage, form: str, tmp_path: Path) -> None:
    """As long as nobody touches it."""
    stage.happen(Action.REQUEST_SUBMITTED, Action.REQUEST_APPROVED)
    stage.seal()
    status, said, _ = stage.run("export", "--format", form)
    assert status == 0
    file = tmp_path / "trail"
    file.write_text(said, encoding="utf-8")
    nowhere = {"DAYPASS_REDIS_URL": ""}
    assert stage.run("verify", "--file", str(file), **nowhere)[0] == 0
    file.write_text(said.replace("bob", "eve"), encoding="utf-8")
    status, said, _ = stage.run("verify", "--file", str(file), **nowhere)
    assert status == 1
    assert said.count("was changed") == 2
    file.write_bytes(b"\xff\xfe")
    status, _, complaints = stage.run("verify", "--file", str(file), **nowhere)
    assert (status, complaints) == (1, f"{file}: no text in UTF-8 (invalid start byte)\n")


def test_export_of_a_part_can_be_verified(stage: Stage, tmp_path: Path) -> None:
    """It begins with the checkpoint before it, and says so."""
    for _ in range(2):
        stage.happen(Action.REQUEST_SUBMITTED)
        stage.seal()
    last = stage.ports.trail.last()
    assert last is not None
    file = tmp_path / "trail"
    file.write_text(stage.run("export", "--since", last.at.isoformat())[1], encoding="utf-8")
    status, said, _ = stage.run("verify", "--file", str(file))
    assert (status, said.splitlines()[1]) == (0, "1 event under 1 checkpoint.")
    assert said.startswith("The trail begins after checkpoint 1, of ")


def test_show_tells_the_story_of_a_lease(stage: Stage) -> None:
    """Who did what, when, and how long it took; exit status 1 for what nobody ever asked for."""
    request = a_request()
    stage.happen(Action.REQUEST_SUBMITTED, Action.REQUEST_APPROVED, subject=request.id)
    stage.happen(Action.LEASE_GRANTED, Action.LEASE_ENDING, Action.LEASE_ENDED)
    status, said, _ = stage.run("show", LEASE.upper())
    assert status == 0
    lines = said.splitlines()
    assert lines[0].endswith("(UTC)")
    assert "request.submitted" in lines[1]
    assert f"{LEASE} on prod, by bob" in lines[-3]
    assert "why: =INC-42" in lines[-3]
    assert lines[-1].startswith(f"  {LEASE}: approved after 1.000s, ")
    assert "held for 2.000s" in lines[-1]
    assert stage.run("show", "000000000009")[0] == 1
    assert stage.run("show", "nonsense")[0] == 2


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (("verify", "--file", "/nowhere"), 1, "/nowhere: cannot be read (No such file"),
        (("verify", "--head", "abc"), 2, "“abc” is no hash; it has 64 digits"),
        (("export", "--since", "yesterday"), 2, "“yesterday” is no time; write 2026-11-20"),
        (("export", "--format", "xml"), 2, "invalid choice"),
    ],
)
def test_wrong_words_are_answered_with_what_would_be_right(
    stage: Stage, words: tuple[str, ...], status: int, why: str
) -> None:
    """Nothing is guessed."""
    found, _, complaints = stage.run(*words)
    assert found == status
    assert why in complaints


def test_verify_needs_the_key_and_says_when_it_is_another(stage: Stage) -> None:
    """The other commands do without."""
    stage.happen(Action.REQUEST_SUBMITTED)
    stage.seal()
    status, _, complaints = stage.run("verify", DAYPASS_AUDIT_KEY="")
    assert (status, complaints.split(":")[0]) == (2, "DAYPASS_AUDIT_KEY or DAYPASS_AUDIT_KEY_FILE")
    status, said, _ = stage.run("verify", DAYPASS_AUDIT_KEY="ab" * 32)
    assert status == 1
    assert "checkpoint 1: changed, or not made with this key" in said
    assert stage.run("export", DAYPASS_AUDIT_KEY="")[0] == 0


def test_damaged_checkpoint_is_named(stage: Stage) -> None:
    """One that cannot even be read is a clear error."""
    stage.client.xadd(keys.CHECKPOINTS, {keys.CHECKPOINT: "!"}, id="5-0")
    status, _, complaints = stage.run("verify")
    assert status == 1
    assert complaints.startswith("the checkpoint up to event 5-0: a stored checkpoint cannot")


@contextmanager
def timekeeper(stage: Stage, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process as an operator starts it."""
    its_own = stage.settings["DAYPASS_REDIS_URL"].replace("redis://:", "redis://timekeeper:")
    settings = {**stage.settings, "DAYPASS_REDIS_URL": its_own, "DAYPASS_CONFIG": str(EXAMPLE)}
    environment = {**os.environ, **settings}
    command = (sys.executable, "-m", "workers", "timekeeper")
    with log.open("wb") as file, subprocess.Popen(command, env=environment, stderr=file) as process:
        try:
            yield process
        finally:
            process.kill()


def wakes(stage: Stage) -> bool:
    """Whether somebody is woken for what is overdue."""
    promise = Promise(keeper="prod", kind=PromiseKind.END, subject="x", at=stage.ports.clock.now())
    stage.ports.agenda.ensure(promise, within=timedelta(hours=1))
    with Redis.from_url(stage.settings["DAYPASS_REDIS_URL"], socket_timeout=2 * BOUND) as client:
        woken = cast("object", client.blpop(["rq:queue:grants"], timeout=BOUND))
    return woken is not None


def until(stage: Stage, log: Path, word: str) -> str:
    """Wait for a word in the log; return the log."""
    deadline = stage.ports.clock.now() + timedelta(seconds=BOUND)
    while word not in log.read_text():
        assert stage.ports.clock.now() < deadline, log.read_text()
        stage.ports.clock.pause(timedelta(milliseconds=20))
    return log.read_text()


def test_timekeeper_chains_what_happens_and_logs_the_head(stage: Stage, tmp_path: Path) -> None:
    """A second or so later it is proven, and its hash is outside of Redis."""
    log = tmp_path / "log"
    with timekeeper(stage, log):
        stage.happen(Action.REQUEST_SUBMITTED)
        until(stage, log, "audit.checkpoint")
    assert stage.ports.store.head() in log.read_text()
    assert stage.run("verify", "--head", stage.ports.store.head())[0] == 0


@pytest.mark.parametrize("key", [keys.AUDIT, keys.CHECKPOINTS, keys.TRIMMED])
def test_timekeeper_wakes_others_although_the_trail_is_damaged(
    stage: Stage, tmp_path: Path, key: str
) -> None:
    """Law 10: keys of another type are an error in the log, and ends are woken for."""
    log = tmp_path / "log"
    if key == keys.TRIMMED:
        stage.client.xadd(key, {"not": "a string"})
    else:
        stage.client.set(key, "overwritten")
    with timekeeper(stage, log):
        assert wakes(stage)
        if key != keys.TRIMMED:
            assert "WRONGTYPE" in until(stage, log, "timekeeper.failing")


def test_timekeeper_works_without_a_key_and_says_so(stage: Stage, tmp_path: Path) -> None:
    """A forgotten setting of the audit trail must not end anybody's ends."""
    log = tmp_path / "log"
    with timekeeper(replace(stage, settings={**stage.settings, "DAYPASS_AUDIT_KEY": ""}), log):
        assert wakes(stage)
        assert "DAYPASS_AUDIT_KEY: not set" in until(stage, log, "timekeeper.failing")
