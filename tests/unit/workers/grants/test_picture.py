"""Whoever has the duty keeps the picture; who lost it writes nothing."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest

from daypass.domain.grant import GrantObject, Subject
from daypass.domain.lease import ObjectRef
from daypass.domain.picture import Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.roles import RoleRef
from daypass.domain.shifting import HASTE
from daypass.ports import DUTY_HELD, watch_of
from tests.builders import World, a_world
from tests.streams import looked
from workers.grants.kept import IN_ONE_PLACE, LONGEST, Kept, length
from workers.grants.picture import ABOUT_EVERY, Picture

OPS: Final = GrantObject(
    ref=ObjectRef(kind="RoleBinding", namespace="payments", name="Ops:all\nx"),
    role=RoleRef(name="none"),
    subjects=(Subject(kind="Group", name="platform-admins"),),
)
KEY: Final = "RoleBinding/payments/Ops:all\nx"


@pytest.fixture
def world() -> World:
    """A cluster with a binding of somebody, and with the duty taken by `a`."""
    made = a_world()
    made.clusters["prod"].put(OPS)
    made.heartbeats.take_duty(watch_of("prod"), "a")
    return made


def a_picture(world: World, holder: str = "a") -> Picture:
    """Return a picture of prod whose duty was renewed now; nothing runs by itself."""
    picture = Picture(world.grants(), holder)
    picture.renew(world.clock.ticks())
    return picture


def seen(picture: Picture) -> dict[Kind, str]:
    """Look at each kind once, and write what was seen."""
    since = {kind: looked(picture.look(kind, "")) for kind in Kind}
    picture.write_once()
    return since


def test_picture_has_what_is_there_and_says_since_when(world: World) -> None:
    """Each kind, and that nothing was left out."""
    seen(a_picture(world))
    assert KEY in world.pictures.keys("prod", Kind.ROLE_BINDING)
    assert "Namespace/payments" in world.pictures.keys("prod", Kind.NAMESPACE)
    assert "ClusterRole/view" in world.pictures.keys("prod", Kind.CLUSTER_ROLE)
    about = world.pictures.about("prod")
    assert about is not None
    assert (about.at, about.left_out, about.unseen) == (world.clock.now(), {}, {})


def test_picture_follows_what_comes_and_goes(world: World) -> None:
    """By what changed alone."""
    picture = a_picture(world)
    since = seen(picture)[Kind.ROLE_BINDING]
    world.clusters["prod"].remove(OPS.ref)
    world.clusters["prod"].put(replace(OPS, ref=replace(OPS.ref, name="new")))
    looked(picture.look(Kind.ROLE_BINDING, since))
    picture.write_once()
    assert world.pictures.keys("prod", Kind.ROLE_BINDING) == {"RoleBinding/payments/new"}


def test_picture_loses_what_went_while_nobody_watched(world: World) -> None:
    """The store had it; the cluster has it no more."""
    seen(a_picture(world))
    world.clusters["prod"].remove(OPS.ref)
    seen(a_picture(world))
    assert not world.pictures.keys("prod", Kind.ROLE_BINDING)


@pytest.mark.parametrize("holder", ["a", "b"])
def test_nothing_is_written_when_the_duty_was_lost(world: World, holder: str) -> None:
    """Neither by who never had it, nor by who slept through its end and has it again."""
    picture = a_picture(world, holder)
    if holder == "a":
        world.clock.advance(DUTY_HELD)
        world.heartbeats.take_duty(watch_of("prod"), "a")
    seen(picture)
    assert picture.lost
    assert not world.pictures.keys("prod", Kind.ROLE_BINDING)
    assert world.pictures.about("prod") is None


def test_duty_that_ran_out_before_it_was_renewed_is_lost(world: World) -> None:
    """Another may have had it in between."""
    picture = a_picture(world)
    world.clock.advance(DUTY_HELD)
    picture.renew(world.clock.ticks())
    assert picture.lost


@pytest.mark.parametrize("forgotten", ["", "all", "what was said since"])
def test_picture_that_the_store_has_forgotten_is_lost(world: World, forgotten: str) -> None:
    """Then it is begun anew; else it shows next to nothing from then on, as seen just now."""
    picture = a_picture(world)
    seen(picture)
    first = world.pictures.about("prod")
    assert first is not None
    a_while(world, picture)
    if forgotten == "all":
        world.pictures.forget()
    elif forgotten:
        world.pictures.keep_about(first, watch_of("prod"), "a")
    a_while(world, picture)
    assert picture.lost == bool(forgotten)


def a_while(world: World, picture: Picture) -> None:
    """Let pass what it takes until something is said again."""
    for _ in range(math.ceil(ABOUT_EVERY)):
        world.clock.advance(timedelta(seconds=1))
        world.heartbeats.take_duty(watch_of("prod"), "a")
        picture.renew(world.clock.ticks())
        picture.write_once()


def test_snapshot_follows_what_concerns_a_level(world: World) -> None:
    """A group that somebody binds, a role that changes, at once; others change nothing."""
    world.clock.advance(timedelta(milliseconds=500))
    picture = a_picture(world)
    since = seen(picture)
    first = world.store.seen()["prod"].means["Group/platform-admins"]
    world.clock.advance(timedelta(milliseconds=500))
    world.clusters["prod"].roles["ClusterRole/none"] = (PolicyRule(verbs=("get",)),)
    looked(picture.look(Kind.CLUSTER_ROLE, since[Kind.CLUSTER_ROLE]))
    picture.write_once()
    assert world.store.seen()["prod"].means["Group/platform-admins"] != first
    at = world.clock.advance(timedelta(milliseconds=500))
    world.clusters["prod"].roles["ClusterRole/other"] = ()
    looked(picture.look(Kind.CLUSTER_ROLE, since[Kind.CLUSTER_ROLE]))
    picture.write_once()
    assert world.store.seen()["prod"].taken_at <= at


def test_looks_once_more_when_what_was_just_said_hides_nothing_any_more(world: World) -> None:
    """Who changes a role just after it was said to be harmless is found without another change."""
    picture = a_picture(world)
    seen(picture)
    began, looks = world.clock.now(), set[datetime]()
    for _ in range(3):
        a_while(world, picture)
        looks.add(world.store.seen()["prod"].taken_at)
    assert looks == {began + HASTE}


def test_nothing_is_said_before_each_kind_was_seen(world: World) -> None:
    """A part of a picture is not current."""
    picture = a_picture(world)
    looked(picture.look(Kind.ROLE, ""))
    picture.write_once()
    assert world.pictures.about("prod") is None


def test_namespace_crowds_out_no_other() -> None:
    """What is beyond its share is counted, and finds room when something went."""
    kept = Kept()
    many = [
        Entry(kind=Kind.ROLE, namespace="flood", name=f"r-{n}") for n in range(IN_ONE_PLACE + 2)
    ]
    assert sum(map(kept.keep, many)) == IN_ONE_PLACE
    assert kept.left_out == 2
    assert kept.keep(Entry(kind=Kind.ROLE, namespace="payments", name="reader"))
    kept.drop(many[-1])
    assert kept.left_out == 1
    kept.drop(many[0])
    assert kept.keep(many[-2])
    assert kept.left_out == 0


def test_what_is_too_long_together_is_left_out() -> None:
    """Also where it was kept before it grew."""
    kept, small = Kept(), Entry(kind=Kind.ROLE, namespace="a", name="r")
    assert kept.keep(small)
    assert not kept.keep(replace(small, annotations={"a": "x" * LONGEST}))
    assert (kept.keys, kept.left_out) == (frozenset(), 1)


def test_namespace_crowds_out_no_other_by_the_length_of_its_things() -> None:
    """Forty bindings of 200 long names are as much as is kept of a whole cluster."""
    kept, who = Kept(), tuple(Subject(name=f"{n:1000}") for n in range(200))
    bound = Entry(kind=Kind.ROLE_BINDING, namespace="flood", name="", subjects=who)
    assert sum(kept.keep(replace(bound, name=f"b-{n}")) for n in range(50)) < 10
    assert kept.keep(Entry(kind=Kind.ROLE_BINDING, namespace="payments", name="ops"))
    assert kept.keep(replace(bound, namespace="another"))


def test_words_that_say_nothing_have_a_length() -> None:
    """They are written down, and held, like others."""
    rule = PolicyRule(verbs=("get",), api_groups=("",) * 5_000, resources=("pods",))
    assert length(Entry(kind=Kind.ROLE, namespace="flood", name="many", rules=(rule,))) > 15_000
