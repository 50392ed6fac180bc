"""What somebody may not have any more reads so, although its cluster is silent (ADR 0028)."""

from daypass.adapters.slack.views import lists
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import request_of
from daypass.domain.lease import LeaseState
from daypass.domain.offboarding import Offboarding
from daypass.usecases.requests.browse import Browse, leases, requests, status
from daypass.usecases.requests.who import Who, who
from daypass.usecases.shared.over_there import GOES_ON
from tests.builders import World, a_catalog, a_world
from tests.drawing import VIEW, draw
from tests.unit.bot.stage import read
from tests.unit.usecases.scenes import ALICE, FIRST, Failing, grant, lease_of, with_store

WHY = "the account is deactivated in Slack"
SCENE = Scene(command="/access", catalog=a_catalog())


def _left() -> World:
    world = a_world()
    grant(world)
    draw(world, VIEW)
    world.store.keep_offboarding(Offboarding(lease=FIRST, why=WHY), cluster="prod")
    return world


def test_what_is_to_end_reads_as_ending_wherever_it_is_listed() -> None:
    """The grants worker ends it once the cluster answers; nothing is written by looking."""
    world = _left()
    look = Browse(actor=ALICE)
    found = leases(look, world.ask)
    (mine,) = requests(look, world.ask).mine
    one = status(Browse(actor=ALICE, words=(request_of(FIRST),)), world.ask)
    seen = who(Who(actor=ALICE, cluster="prod"), world.ask)
    for listed in (found, mine.leases, one.leases, seen.leases):
        assert [(x.state, x.why, x.kept) for x in listed] == [(LeaseState.REVOKING, WHY, GOES_ON)]
    said = read(dict(lists.leases(found, SCENE)))
    assert f"*Ending* · {WHY}; being removed from the cluster. *Not gone yet:* {GOES_ON}" in said
    assert "Granted" not in said
    assert lease_of(world).state is LeaseState.ACTIVE


def test_what_nobody_said_anything_of_reads_as_it_is() -> None:
    """Nor does a word that cannot be read keep anybody from their list."""
    world = a_world()
    grant(world)
    assert [one.state for one in leases(Browse(actor=ALICE), world.ask)] == [LeaseState.ACTIVE]
    away = Failing(_left().store, "offboardings", TemporaryOutsideError("away"), lambda _: True)
    listed = leases(Browse(actor=ALICE), with_store(world.ask, away))
    assert [one.state for one in listed] == [LeaseState.ACTIVE]


def test_who_holds_nothing_costs_no_read() -> None:
    """Most people look at an empty list."""
    world = a_world()
    store = Failing(world.store, "offboardings", TemporaryOutsideError("read"), lambda _: True)
    assert leases(Browse(actor=ALICE), with_store(world.ask, store)) == ()
