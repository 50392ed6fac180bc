"""Who names no level asks for the default, exactly as if it was named; where there is none, no."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.slack.views.catalog import catalog
from daypass.adapters.slack.views.receipt import receipt
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.catalog import Catalog, Principal, Selector, Workflow
from daypass.domain.reasons import (
    HeldAlready,
    Lacking,
    NamespaceNeeded,
    NoLevel,
    UnknownCluster,
)
from daypass.domain.request import RequestState
from daypass.usecases.requests.browse import Browse
from daypass.usecases.requests.browse import catalog as offers
from daypass.usecases.requests.decide import Decide, decide
from tests.builders import World, a_catalog, a_snapshot, a_workflow, a_world
from tests.unit.adapters.slack.examples import read
from tests.unit.usecases.scenes import ALICE, BOB, actions, ask, grant, lease_of, refusal


def with_default(level: str = "debug", *others: Workflow) -> Catalog:
    """Return a catalog in which who names no level on prod means that one."""
    return a_catalog(workflows=(*others, a_workflow(default_level=level)))


def scene(world: World) -> Scene:
    """Return what messages are made with."""
    return Scene(command="/access", catalog=world.catalog)


def test_submit_asks_for_the_default_when_no_level_is_named() -> None:
    """Law 6: plan, events and people are those of the same ask with the level."""
    bare, named = a_world(with_default()), a_world(with_default())
    one, other = ask(bare, levels=()), ask(named, "debug")
    assert (one.level_defaulted, other.level_defaulted) == (True, False)
    assert replace(one, level_defaulted=False) == replace(other, level_defaulted=False)
    assert actions(bare, one.request.id) == actions(named, other.request.id)
    assert bare.store.events == named.store.events


def test_submit_keeps_the_level_when_the_default_is_changed_meanwhile() -> None:
    """Law 5: a yes is for what the card said, whatever the default is by then."""
    world = a_world(with_default())
    request = ask(world, levels=()).request
    assert request.ask.levels == ("debug",)
    changed = replace(world, catalog=with_default("nodes"))
    answered = decide(Decide(actor=BOB, target=request.id, yes=True), changed.ask)
    lease = lease_of(world, request.lease_ids[0])
    assert (answered.state, lease.level) == (RequestState.APPROVED, "debug")


def test_submit_refuses_when_no_level_is_named_and_there_is_no_default() -> None:
    """Doubt means no (law 10), and the answer says what may be named."""
    refused = refusal(lambda: ask(a_world(), levels=()))
    assert isinstance(refused, NoLevel)
    assert refused.offered == ("debug", "open", "nodes", "platform-admins")


@pytest.mark.parametrize(
    "away",
    [
        {"requesters": (Principal(team="sre"),)},
        {"clusters": Selector(names=("dev",))},
        {"levels": ("nodes",), "default_level": "debug"},
        {"default_level": "gone"},
    ],
)
def test_default_is_nobody_elses(away: dict[str, object]) -> None:
    """It holds for its workflow's requesters, clusters and levels, and where the level is."""
    flow = replace(a_workflow("its", default_level="nodes"), **away)  # type: ignore[arg-type] # One row, one field.
    world = a_world(a_catalog(workflows=(flow, a_workflow())))
    assert isinstance(refusal(lambda: ask(world, levels=())), NoLevel)


def test_default_of_the_first_workflow_counts_and_whoever_decides_on_it_decides() -> None:
    """A second workflow makes levels optional; the first that matches still decides on each."""
    strict = a_workflow("strict", levels=("debug",))
    loose = a_workflow("loose", steps=(), channel="", default_level="debug")
    later = a_workflow("later", default_level="nodes")
    world = a_world(a_catalog(workflows=(strict, loose, later)))
    request = ask(world, levels=()).request
    assert (request.state, request.plan.workflows) == (RequestState.PENDING, ("strict",))


def test_submit_refuses_as_if_it_was_named_when_the_default_cannot_be_had() -> None:
    """What is not there yet, is held, or wants a namespace is told of the default as of any."""
    world = a_world(with_default())
    world.store.keep_seen(a_snapshot(taken_at=world.clock.advance(timedelta(seconds=1)), means={}))
    assert isinstance(refusal(lambda: ask(world, levels=())), Lacking)
    held = a_world(with_default())
    grant(held, "debug")
    assert isinstance(refusal(lambda: ask(held, levels=())), HeldAlready)
    chosen = a_world(with_default("open"))
    assert isinstance(refusal(lambda: ask(chosen, levels=())), NamespaceNeeded)
    assert ask(chosen, levels=(), namespaces=("team-a",)).request.ask.levels == ("open",)


def test_people_read_which_level_is_the_default() -> None:
    """The catalog says it before, the receipt afterwards; of no other level."""
    world = a_world(with_default())
    found = offers(Browse(actor=ALICE), world.ask)
    assert [one.level.name for one in found if one.default] == ["debug"]
    assert read(catalog(found, scene(world))).count("`--k8sGroup` may be left out") == 1
    told = read(receipt(ask(world, levels=()), scene(world)))
    assert "`debug` (the default, as you named no level) in payments" in told
    told = read(receipt(ask(world, "nodes"), scene(world)))
    assert "named no level" not in told


def test_submit_says_that_a_cluster_is_unknown_when_no_level_is_named() -> None:
    """There is no default on a cluster that nobody knows."""
    refused = refusal(lambda: ask(a_world(with_default()), cluster="prdo", levels=()))
    assert refused == UnknownCluster(name="prdo", nearest=("prod",))
