"""What an administrator runs when something is very wrong: numbers first, then the proof."""

import argparse
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.store import MemoryStore
from daypass.cli.__main__ import main
from daypass.cli.incident import frozen, numbers, revoked, typed
from daypass.cli.parser import parser
from daypass.cli.report import Report
from daypass.cli.status import stated
from daypass.domain.epoch import Freeze
from daypass.domain.errors import UnreadableError
from daypass.ports import Change
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from daypass.usecases.incident.revoke_all import Reach, RevokeAll, affected, revoke_all
from daypass.usecases.incident.survey import survey
from tests.builders import NOON, World, a_snapshot, a_world
from tests.unit.usecases.scenes import (
    CAROL,
    Failing,
    ask,
    forget,
    grant,
    lease_of,
    pass_time,
    with_store,
    work,
)


class Terminal(io.StringIO):
    """Standard input of somebody who sits there and types."""

    def isatty(self) -> bool:
        """Be one."""
        return True


def _given(*words: str) -> argparse.Namespace:
    return parser().parse_args(["revoke", *words, "--wait", "1s"])


def _revoked(world: World, *words: str, yes: bool = True) -> Report:
    return revoked(_given(*words), world.ask, lambda _: yes)


def test_revoke_waits_for_the_proof_and_says_what_is_left() -> None:
    """Nobody works here, so nothing is proven gone: that is said, with what is known of why."""
    world = a_world()
    grant(world)
    waiting = ask(world, actor=CAROL).request
    report = _revoked(world, "--all", "--reason", "INC-42")
    assert not report.good
    assert report.text.splitlines() == [
        "1 lease ended; 0 proven gone.",
        "prod: 1 lease still being removed, tried until it is so (last looked at 1s ago).",
        f"Left as they are, waiting for an answer: {waiting.id}. A freeze stops them.",
    ]
    assert lease_of(world).why == "INC-42"


def test_a_reason_that_nobody_can_read_is_refused_before_anything_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A terminal of another encoding is said to be one; nothing is half done."""
    with pytest.raises(SystemExit):
        _given("--all", "--reason", "terrac\udce9")
    assert "it is no UTF-8; set the terminal to UTF-8" in capsys.readouterr().err


def test_revoke_is_good_when_all_is_proven_gone() -> None:
    """The second run proves what the first one ended."""
    world = a_world()
    grant(world)
    _revoked(world, "--all")
    work(world)
    assert _revoked(world, "--all") == Report(text="0 leases ended; 0 proven gone.", good=True)


def test_revoke_is_not_good_where_nobody_looked_since_redis_was_lost() -> None:
    """What is there still is not all known: an exit status of 0 would say that it is gone."""
    world = a_world()
    forget(world, "prod")
    assert "prod: not looked at since Daypass lost its memory" in numbers(
        affected(Reach(), world.ask)
    )
    report = _revoked(world, "--all")
    assert not report.good
    assert "prod: not looked at since Daypass lost its memory" in report.text


def test_revoke_freezes_first_when_told_to() -> None:
    """Everywhere, or on the cluster that is meant."""
    world = a_world()
    assert (
        "nothing new is granted on any cluster since"
        in _revoked(world, "--all", "--freeze", "--reason", "INC-42").text
    )
    other = a_world()
    assert (
        "nothing new is granted on dev since"
        in _revoked(other, "--cluster", "dev", "--freeze").text
    )


def test_revoke_does_nothing_when_nobody_confirms() -> None:
    """Not even the freeze."""
    world = a_world()
    grant(world)
    assert _revoked(world, "--all", "--freeze", yes=False) == Report(
        text="Nothing was done.", good=False
    )
    assert lease_of(world).grantable
    assert world.store.freeze() is None


@pytest.mark.parametrize(
    ("cluster", "why"),
    [
        ("old", "the configuration has no such cluster: no worker looks after it"),
        ("dev", "never looked at: no grants worker reached it"),
    ],
)
def test_revoke_says_why_a_cluster_is_late(cluster: str, why: str) -> None:
    """What cannot be removed now is not forgotten, and the reason is what is known."""
    world = a_world()
    blind = replace(world, store=MemoryStore(world.agenda))
    lease = replace(grant(world), cluster=cluster, version=0)
    blind.store.commit(Change(move=world.ids.move(), leases=(lease,)))
    assert f"({why})" in _revoked(blind, "--cluster", cluster).text


def test_numbers_count_per_cluster() -> None:
    """What is read before the phrase is typed."""
    world = a_world()
    grant(world)
    grant(world, actor=CAROL)
    revoke_all(RevokeAll(reach=Reach(person="U0CAROL"), actor="x", by="x"), world.ask)
    said = numbers(affected(Reach(), world.ask))
    assert said == "1 lease on 1 cluster would end (prod 1). 1 lease being removed already."
    assert numbers(affected(Reach(cluster="dev"), world.ask)) == "0 leases on 0 clusters would end."


@pytest.mark.parametrize(
    ("answer", "said"), [("revoke all\n", True), (" “Revoke all” \n", True), ("yes\n", False)]
)
def test_typed_wants_the_phrase(
    *,
    answer: str,
    said: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A mere yes is no answer to that question; it is asked on standard error."""
    assert typed("5 leases", Terminal(answer)) is said
    assert "5 leases\nType “revoke all” to end them: " in capsys.readouterr().err


def test_typed_asks_nobody_where_nobody_sits(capsys: pytest.CaptureFixture[str]) -> None:
    """A script has to say --yes."""
    assert not typed("5 leases", io.StringIO("revoke all\n"))
    assert "say --yes" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["revoke"],
        ["revoke", "--all", "--cluster", "prod"],
        ["revoke", "--all", "--wait", "soon"],
        ["revoke", "--person", "", "--yes"],
        ["revoke", "--cluster", " ", "--yes"],
        ["thaw", "--cluster", ""],
        ["reconcile", "--no-redis", "--in-cluster", "--install", "main", "--cluster", ""],
        ["freeze"],
    ],
)
def test_commands_refuse_what_is_not_said_clearly(words: list[str]) -> None:
    """Whose leases, for how long, why: never guessed."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_freeze_of_everybody_is_not_a_part_of_one_persons_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It would stop all others, too."""
    assert main(["revoke", "--person", "U0ALICE", "--freeze", "--yes"]) == 2
    assert "stops grants to everybody" in capsys.readouterr().err


def test_frozen_reads_as_a_sentence() -> None:
    """Where, since when, by whom and why."""
    default = Freeze(by="dan", at=NOON, why="INC-42", clusters=frozenset({"prod", "dev"}))
    assert frozen(default).startswith("Frozen: nothing new is granted on dev, prod since 20")
    assert frozen(default).endswith("UTC, by dan: INC-42.")
    assert frozen(Freeze(by="dan", at=NOON)) == "Nothing is frozen."


@pytest.mark.parametrize("evil", ["x\nprod: no leases", "x\x1b[2K", "x\u2028"])
def test_nobody_writes_lines_of_their_own_on_a_terminal(evil: str) -> None:
    """Whoever may write to the store writes why something is frozen, and names of clusters."""
    world = a_world()
    freeze(FreezeGrants(actor="U0DAN", by="dan", why=evil), world.ask)
    world.store.keep_seen(a_snapshot(f"dev{evil}"))
    report = stated(survey(world.ask))
    assert all(line.isprintable() for line in report.text.split("\n"))
    assert not any(line.startswith("prod: no leases") for line in report.text.split("\n")[:3])
    assert len(report.text.split("\n")) == 6


def test_status_is_good_where_nothing_keeps_grants_back() -> None:
    """One line for each cluster, and what waits."""
    world = a_world()
    grant(world)
    report = stated(survey(world.ask))
    assert report.good
    assert report.text.splitlines()[0] == "Nothing is frozen."
    assert "prod: 1 active; looked at 0s ago" in report.text
    assert "dev: no leases; looked at 0s ago" in report.text


def test_status_says_what_keeps_grants_back() -> None:
    """A freeze, silence, and what is late, each where it belongs."""
    world = a_world()
    grant(world)
    freeze(FreezeGrants(actor="x", by="dan", why="INC-42", clusters=("prod",)), world.ask)
    world.clock.advance(timedelta(hours=2))
    world.store.keep_seen(a_snapshot("old", taken_at=world.clock.now()))
    report = stated(survey(world.ask))
    assert not report.good
    assert "Timekeeper: heard 2h ago" in report.text
    assert "prod: 1 active; looked at 2h ago; " in report.text
    assert "overdue, the oldest since 2h" in report.text
    assert "; frozen; unavailable" in report.text
    assert "old: no leases; looked at 0s ago; not in the configuration" in report.text


def test_status_says_what_does_not_end_although_it_is_tried() -> None:
    """A row that each try puts off is never overdue; what it promises is."""
    world = a_world()
    grant(world)
    world.clusters["prod"].sticky = True
    pass_time(world, 3600 + 120, step=20)
    text = stated(survey(world.ask)).text
    assert "prod: 1 revoking" in text
    assert "; 1 overdue, the oldest since 2m" in text


def test_status_says_that_the_trail_takes_no_event() -> None:
    """Nothing is granted then, and nothing else on this screen would say so."""
    world = a_world()
    found = survey(world.ask)
    report = stated(replace(found, full=True))
    assert not found.full
    assert stated(found).good
    assert not report.good
    assert "The audit trail takes no more events" in report.text


@pytest.mark.parametrize(
    ("method", "said"),
    [
        (
            "freeze",
            "The freeze that is stored cannot be read, so nothing is granted anywhere. Write a new",
        ),
        ("epoch", "prod: no leases; looked at 0s ago; in restore mode"),
    ],
)
def test_status_stands_although_one_value_cannot_be_read(method: str, said: str) -> None:
    """When something is very wrong the one screen is there, and says what is stopped by it."""
    world = a_world()
    damaged = Failing(world.store, method, UnreadableError("it is damaged"), lambda _: True)
    report = stated(survey(with_store(world.ask, damaged)))
    assert not report.good
    assert said in report.text


def test_status_names_restore_mode() -> None:
    """Nothing is granted there until it was looked at."""
    world = a_world()
    epoch = world.store.epoch()
    assert epoch is not None
    doubted = epoch.doubting(frozenset({"dev"}))
    world.store.commit(Change(move=world.ids.move(), epoch=doubted))
    report = stated(survey(world.ask))
    assert not report.good
    assert "in restore mode: no grants until it was looked at" in report.text
