"""What another account of the same username has in one place keeps nobody from another place.

And is offered to nobody where it is: the catalog and can-i say so before somebody asks (law 9).
"""

from typing import Final

from daypass.adapters.slack.views.catalog import ask_line, catalog
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.reasons import HeldAlready
from daypass.domain.scope import within
from daypass.usecases.requests.offering import OfferState
from tests.builders import World, a_catalog, a_level, a_world
from tests.unit.adapters.slack.examples import read
from tests.unit.usecases.attacks.test_attack_offered import offered, passed_on
from tests.unit.usecases.scenes import CAROL, ask, grant, refusals

_TWO: Final = (a_level("both", namespaces=("payments", "team-a")),)


def scene(world: World) -> Scene:
    return Scene(command="/access", catalog=world.catalog)


def test_the_rest_of_what_another_account_holds_in_part_is_offered() -> None:
    """It said “It can be asked for as soon as that is no longer so”, of what is given at once."""
    world = passed_on(a_world(a_catalog(levels=_TWO)), "both", namespaces=("payments",))
    found = offered(world, CAROL)["both"]
    assert found.state is OfferState.AVAILABLE
    said = read(catalog([found], scene(world)))
    assert "--k8sGroup=both --namespace team-a" in said
    assert "Another account holds it that is the same user there" in said
    assert found.at(within("team-a")).state is OfferState.AVAILABLE
    there = found.at(within("payments"))
    assert there.state is OfferState.UNAVAILABLE
    assert "/access to" not in ask_line(there, scene(world), "payments")
    ask(world, "both", namespaces=("team-a",), actor=CAROL)


def test_where_another_account_has_it_nothing_is_offered() -> None:
    """Also of a level whose namespaces people pick: can-i showed a line that was refused."""
    world = passed_on(a_world(), "open", namespaces=("team-a",))
    found = offered(world, CAROL)["open"]
    assert found.at(within("team-b")).state is OfferState.AVAILABLE
    there = found.at(within("team-a"))
    assert there.state is OfferState.UNAVAILABLE
    assert all(isinstance(one, HeldAlready) for one in there.why)
    refused = refusals(lambda: ask(world, "open", namespaces=("team-a",), actor=CAROL))
    assert tuple(map(str, refused)) == tuple(map(str, there.why))


def test_what_both_accounts_hold_together_is_not_offered() -> None:
    """One has it here, the other there: nothing is left to ask for."""
    world = passed_on(a_world(a_catalog(levels=_TWO)), "both", namespaces=("payments",))
    grant(world, "both", namespaces=("team-a",), actor=CAROL)
    found = offered(world, CAROL)["both"]
    assert found.state is OfferState.UNAVAILABLE
    assert found.at(within("team-a")).state is OfferState.GRANTED
