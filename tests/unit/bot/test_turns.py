"""Looks into clusters by turns: so many at one time, whoever asks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from typing import cast

import pytest
from slack_sdk import WebClient

from bot.commands import COMMANDS
from bot.grammar.line import Line, Verb
from bot.responses import Responder
from bot.services import Services
from bot.turns import AT_ONCE, Turns
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import RefusedError, TemporaryOutsideError
from daypass.domain.picture import Entry, Kind
from daypass.ports import Pictures
from tests.builders import World, a_world
from tests.drawing import VIEW, draw
from tests.unit.usecases.scenes import ALICE, ask


def test_so_many_look_at_one_time_and_no_more() -> None:
    """Another waits, and not for long; when one is done it is the next one's turn."""
    turns, inside, over = Turns(patience=0.05), Barrier(AT_ONCE + 1), Event()

    def look() -> None:
        with turns.taken():
            inside.wait(10)
            over.wait(10)

    with ThreadPoolExecutor(AT_ONCE) as looking:
        done = [looking.submit(look) for _ in range(AT_ONCE)]
        inside.wait(10)
        with pytest.raises(TemporaryOutsideError, match="too many"), turns.taken():
            pass
        over.set()
        for one in done:
            one.result(10)
    with turns.taken():
        pass


def test_turn_is_given_back_when_a_look_fails() -> None:
    """Else nobody would look any more."""
    turns = Turns(1, patience=0.05)
    for _ in range(3):
        with pytest.raises(RefusedError), turns.taken():
            raise RefusedError


READING = frozenset({Verb.DISCOVER, Verb.WHO, Verb.CAN_I, Verb.DETAILS, Verb.WHOAMI})


@pytest.mark.parametrize("verb", [*sorted(READING), Verb.REQUESTS, Verb.LEASES, Verb.HELP])
def test_only_what_reads_a_whole_picture_waits(verb: Verb) -> None:
    """Who approves waits for nobody who looks around."""
    world = a_world()
    services = Services(
        ports=world.ask,
        responder=Responder(WebClient()),
        scene=Scene(command="/access", catalog=world.catalog),
        turns=Turns(1, patience=0.05),
    )
    with services.turns.taken():
        try:
            COMMANDS[verb](Line(verb=verb, words=("get", "pods")), ALICE, services)
            waited = False
        except TemporaryOutsideError:
            waited = True
    assert waited == (verb in READING)


class Watched:
    """Pictures that note which of them is searched."""

    def __init__(self, inner: Pictures) -> None:
        self.inner = inner
        self.searched: list[Kind] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def entries(self, cluster: str, kind: Kind) -> Iterator[Entry]:
        """Yield all of a kind."""
        self.searched.append(kind)
        return self.inner.entries(cluster, kind)


def about_what_it_adds(world: World) -> tuple[Line, ...]:
    """Return the commands that say what something adds, beside what they are for."""
    waiting = ask(world).request.id
    return (
        Line(verb=Verb.STATUS, words=(waiting,)),
        Line(verb=Verb.CATALOG, words=("prod", "nodes")),
    )


@pytest.mark.parametrize("which", [0, 1], ids=["status", "catalog"])
def test_what_is_added_is_searched_in_turns_and_left_out_while_others_search(which: int) -> None:
    """Whoever types it again and again costs no more than who looks around, and is answered."""
    world = a_world()
    draw(world, VIEW)
    watched = Watched(world.pictures)
    services = Services(
        ports=replace(world.ask, pictures=cast("Pictures", watched)),
        responder=Responder(WebClient()),
        scene=Scene(command="/access", catalog=world.catalog),
        turns=Turns(1, patience=0.05),
    )
    line = about_what_it_adds(world)[which]
    with services.turns.taken():
        said = COMMANDS[line.verb](line, ALICE, services)
    assert "*Adds:*" not in str(said)
    assert not watched.searched
    assert "*Adds:*" in str(COMMANDS[line.verb](line, ALICE, services))
    assert watched.searched
