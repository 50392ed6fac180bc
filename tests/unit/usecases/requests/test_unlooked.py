"""A store that was lost says of nobody that they have nothing before it was looked (law 4)."""

from daypass.adapters.slack.views.can_i import answered
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.who import present
from daypass.usecases.requests.browse import unlooked_at
from daypass.usecases.requests.can_i import CanI, can_i
from daypass.usecases.requests.who import Present, Who, who
from tests.builders import World, a_world
from tests.drawing import VIEW, draw
from tests.unit.adapters.slack.examples import read
from tests.unit.usecases.scenes import ALICE, DAN, forget, grant

UNLOOKED = "has not looked there since, so what is still there is not all known"


def seen() -> World:
    """Return a world whose cluster is seen, and in which nobody is known to hold anything."""
    world = a_world()
    draw(world, VIEW)
    return world


def scene(world: World) -> Scene:
    return Scene(command="/access", catalog=world.catalog)


def test_who_says_that_more_may_act_there() -> None:
    """Leases that are live go on, and are found by the next look."""
    world = seen()
    assert UNLOOKED not in read(present(_who(world), scene(world), ""))
    forget(world, "prod")
    assert UNLOOKED in read(present(_who(world), scene(world), ""))


def test_can_i_is_sure_of_no_no() -> None:
    """A lease may allow it that nobody knows of; what is known to allow it still does."""
    world = seen()
    forget(world, "prod")
    asked = CanI(actor=ALICE, verb="get", what="pods", namespace="payments", cluster="prod")
    found = can_i(asked, world.ask)
    (answer,) = found.answers
    assert (answer.yes, answer.sure) == (False, False)
    assert UNLOOKED in read(answered(found, scene(world), {"prod": ""}))
    grant(other := seen())
    forget(other, "prod")
    (answer,) = can_i(asked, other.ask).answers
    assert answer.yes


def test_leases_name_the_clusters_that_were_not_looked_at() -> None:
    """Only those."""
    world = seen()
    assert unlooked_at(world.ask) == ()
    forget(world, "prod")
    assert unlooked_at(world.ask) == ("prod",)


def _who(world: World) -> Present:
    return who(Who(actor=DAN, cluster="prod"), world.ask)
