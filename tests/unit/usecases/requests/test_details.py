"""What a request or a level adds, said to whoever may see it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from daypass.domain.catalog import Cluster
from daypass.domain.ids import PersonId
from daypass.domain.picture import CURRENT
from daypass.domain.rbac.gain import Gained
from daypass.domain.rbac.telling import lines
from daypass.domain.reasons import NotPictured, NoWorkflow, UnknownCluster, UnknownRequest
from daypass.usecases.requests import browse
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.details import Detailed, Details, details, preview
from daypass.usecases.requests.extend import Extend, extend
from tests.admins import SUDO
from tests.builders import World, a_catalog, a_level, a_workflow, a_world
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_role, a_rule, draw, group
from tests.unit.usecases.scenes import ALICE, BOB, CAROL, DAN, HOUR, ask, grant, refusal

EDIT = a_role("edit", a_rule("get", "list", "delete"))


@pytest.fixture
def world() -> World:
    """A world in which prod was seen."""
    made = a_world()
    draw(made, VIEW, EDIT, a_binding("admins", "edit", group("platform-admins")))
    return made


def whole(world: World, target: str, actor: PersonId = BOB, **fields: str) -> Detailed:
    return details(Details(actor=actor, target=target, **fields), world.ask)  # type: ignore[arg-type] # Levels only.


def said(found: Gained) -> list[str]:
    return [f"{one.done} {one.about} in {','.join(one.namespaces)}" for one in lines(found.gain)]


def test_details_are_for_whoever_may_see_the_request(world: World) -> None:
    """Those who decide, who asks, administrators; to others it is not there."""
    name = ask(world).request.id
    for actor in (BOB, DAN, ALICE):
        found = whole(world, name, actor)
        assert said(found.gained) == ["read pods in payments"]
        assert (found.person.id, found.cluster) == (ALICE, "prod")
        assert found.request is not None
    why = refusal(partial(whole, world, name, CAROL))
    assert isinstance(why, UnknownRequest)
    assert isinstance(refusal(lambda: whole(world, "nothing")), UnknownRequest)


def test_what_is_bound_already_adds_nothing(world: World) -> None:
    """To the requester's name on that cluster, or to all who sign in."""
    name = ask(world).request.id
    draw(world, a_binding("mine", "edit", ALICE_THERE, namespace="payments"))
    assert whole(world, name).gained.gain.nothing


def test_what_another_install_lent_is_not_there_already(world: World) -> None:
    """It ends, and nobody here knows when: a name is enough, for labels somebody may take off."""
    name = ask(world).request.id
    lent = "daypass-k7q2m9x4t1bd-1-1-1"
    draw(world, a_binding(lent, "edit", ALICE_THERE, namespace="payments"))
    assert said(whole(world, name).gained) == ["read pods in payments"]
    draw(world, a_binding("daypass-k7q2m9x4t1bd-1-1", "edit", ALICE_THERE))
    assert said(whole(world, name).gained) == ["read pods in payments"]
    draw(world, a_binding(f"{lent}-more", "edit", ALICE_THERE, namespace="payments"))
    assert whole(world, name).gained.gain.nothing


def test_what_is_held_adds_nothing_but_the_request_itself_counts(world: World) -> None:
    """Its own leases are what it adds; one on another cluster is none here."""
    lease = grant(world)
    assert said(whole(world, lease.request).gained) == ["read pods in payments"]
    more = ask(world, "platform-admins").request.id
    assert said(whole(world, more).gained) == ["delete and read pods in "]
    draw(world, VIEW, cluster="dev")
    assert said(whole(world, "dev", ALICE, level="debug").gained) == ["read pods in payments"]
    assert whole(world, "prod", ALICE, level="debug").gained.gain.nothing


def test_what_ends_sooner_than_what_is_asked_for_is_not_there_already() -> None:
    """Two levels of one role: the first is over in two hours, the other is to last four."""
    world = a_world(
        a_catalog(
            levels=(
                a_level(),
                a_level("ops"),
            )
        )
    )
    draw(world, VIEW)
    grant(world, duration=2 * HOUR)
    long = ask(world, "ops", duration=4 * HOUR).request.id
    assert said(whole(world, long).gained) == ["read pods in payments"]
    cancel(Cancel(actor=ALICE, target=long), world.ask)
    assert whole(world, ask(world, "ops", duration=HOUR / 2).request.id).gained.gain.nothing


def test_more_time_is_for_all_that_the_lease_gives(world: World) -> None:
    """Whoever approves that looks at it, and it is not there for so long."""
    lease = grant(world)
    request = extend(Extend(actor=ALICE, target=lease.id, length=4 * HOUR), world.ask).request
    assert request is not None
    assert said(whole(world, request.id).gained) == ["read pods in payments"]


@pytest.mark.parametrize(("first", "free"), [(1, 0), (2, 0), (2, 1), (3, 1)])
def test_what_ends_before_the_latest_end_of_what_is_asked_for_is_not_there_already(
    first: int, free: int
) -> None:
    """An hour, said yes to in an hour, and one more that is free: that is three."""
    flow = a_workflow(extensions=free, max_duration=9 * HOUR)
    levels = (
        a_level(),
        a_level("ops"),
    )
    world = a_world(a_catalog(levels=levels, workflows=(flow,)))
    draw(world, VIEW)
    grant(world, duration=first * HOUR)
    more = ask(world, "ops").request.id
    assert whole(world, more).gained.gain.nothing == (first >= 1 + 1 + free)


def test_lease_of_a_level_that_is_gone_holds_nothing(world: World) -> None:
    """And a request for one cannot be looked into."""
    lease = grant(world)
    other = replace(world, catalog=a_catalog(levels=(a_level("own"),)))
    assert isinstance(refusal(lambda: whole(other, lease.request)), NotPictured)
    clusters = {"dev": Cluster(name="dev", labels={})}
    gone = replace(world, catalog=a_catalog(clusters=clusters))
    assert isinstance(refusal(lambda: whole(gone, lease.request)), NotPictured)
    own = a_catalog(levels=(a_level("own"),), workflows=())
    assert isinstance(
        refusal(lambda: whole(replace(world, catalog=own), "prod", ALICE, level="own")), NoWorkflow
    )


def test_what_the_role_that_lends_a_group_allows_besides_is_added(world: World) -> None:
    """Its holder has that under their own name; to act as the group is what they ask for."""
    lends = a_role("daypass-sudo-platform-admins", *SUDO)
    draw(world, lends)
    name = ask(world, "platform-admins").request.id
    found = whole(world, name).gained
    assert (said(found), found.gain.partly) == (["delete and read pods in "], False)
    draw(world, replace(lends, rules=(*SUDO, a_rule("delete", of="services"))))
    assert said(whole(world, name).gained) == ["delete and read pods in ", "delete services in "]


def test_group_that_may_be_bound_to_more_may_add_more(world: World) -> None:
    """It may be among the subjects that were too many to be kept: no line says that this is all."""
    draw(world, a_role("all", a_rule("*")), a_binding("crowd", "all", ALICE_THERE, left_out=1))
    assert whole(world, ask(world, "platform-admins").request.id).gained.gain.partly
    assert not whole(world, ask(world).request.id).gained.gain.partly


def test_cluster_that_nobody_watches_has_no_details(world: World) -> None:
    """Nor one that is none."""
    assert refusal(lambda: whole(world, "dev", ALICE, level="debug")) == NotPictured(cluster="dev")
    why = refusal(lambda: whole(world, "prd", ALICE, level="debug"))
    assert isinstance(why, UnknownCluster)


def test_old_picture_is_known_to_be_old(world: World) -> None:
    """It is shown all the same, with its age."""
    name = ask(world).request.id
    assert whole(world, name).gained.current
    world.clock.advance(CURRENT + timedelta(seconds=1))
    found = whole(world, name).gained
    assert (found.current, said(found)) == (False, ["read pods in payments"])


def test_level_that_people_choose_for_is_shown_by_its_globs(world: World) -> None:
    """A ClusterRole allows the same in each namespace."""
    level = a_level("some", namespaces=(), choose=("team-*",))
    some = replace(world, catalog=a_catalog(levels=(level,)))
    assert said(whole(some, "prod", ALICE, level="some").gained) == ["read pods in team-*"]


def test_preview_is_of_a_single_offer(world: World) -> None:
    """Several would cost as much as they are many."""
    look = browse.Browse(actor=ALICE, words=("prod", "debug"))
    (one,) = browse.catalog(look, world.ask)
    found = preview([one], ALICE, world.ask)
    assert found is not None
    assert said(found) == ["read pods in payments"]
    assert preview([one, one], ALICE, world.ask) is None
    assert preview([], ALICE, world.ask) is None


def test_status_says_what_is_decided_on_and_no_more_of_what_is_over(world: World) -> None:
    """As the card does: whoever reads it there may answer by typing."""
    name = ask(world).request.id
    look = browse.Browse(actor=BOB, words=(name,))
    found = browse.adding(browse.status(look, world.ask), world.ask)
    assert found is not None
    assert said(found) == ["read pods in payments"]
    cancel(Cancel(actor=ALICE, target=name), world.ask)
    over = browse.status(look, world.ask)
    assert not over.adds_something
    assert browse.adding(over, world.ask) is None
