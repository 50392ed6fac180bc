"""Answers to `can-i` are what Slack takes, and say what is so, why, and what to type next."""

from dataclasses import replace
from typing import Any

from daypass.adapters.slack.views.can_i import answered
from daypass.domain.catalog import Cluster
from daypass.domain.picture import Kind
from daypass.ports import Change
from daypass.usecases.requests.can_i import CanI, can_i
from tests.builders import World, a_catalog, a_group_level, a_world
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_role, a_rule, draw, group
from tests.unit.adapters.slack.test_pictured_views import HOSTILE, LONG, read, scene
from tests.unit.usecases.scenes import ALICE, DAN, grant, lease_of, let_go


def said_of(world: World, verb: str = "get", what: str = "pods", **fields: Any) -> str:
    asked = CanI(actor=ALICE, verb=verb, what=what, namespace="payments", cluster="prod")
    again = {name: f"/access … --on {name}" for name in world.catalog.clusters}
    return read(answered(can_i(replace(asked, **fields), world.ask), scene(world), again))


def test_can_i_says_no_with_the_line_that_asks() -> None:
    """And that groups of a sign-in are not known."""
    world = a_world()
    draw(world, VIEW)
    said = said_of(world)
    assert "You cannot do that now: `get pods` in `payments` on prod." in said
    assert "`debug` in payments: 2 permissions · 🔑 *Available*" in said
    assert "/access to prod --k8sGroup=debug --namespace payments --duration 1h" in said
    assert "Groups that come with a sign-in are not known here" in said
    assert "No level that you may ask for there allows it" in said_of(world, "create")
    assert "its `log` in `payments`" in said_of(world, "get", "pods/log")
    assert "only there" in said_of(world, namespace="")


def test_can_i_says_yes_and_by_what() -> None:
    """By a binding with its role, by a lease with its end and how it is used."""
    world = a_world()
    draw(world, VIEW, a_binding("mine", "view", ALICE_THERE, namespace="payments"))
    assert "By RoleBinding `payments/mine`, which gives `ClusterRole view`" in said_of(world)
    world = a_world()
    grant(world, "platform-admins")
    draw(world, VIEW, a_binding("a", "view", group("platform-admins")))
    said = said_of(world)
    assert "You can do that now" in said
    assert "with --as=daypass:platform-admins" in said.replace("`", "")


def test_can_i_says_perhaps_where_a_part_is_not_known() -> None:
    """Neither yes nor no."""
    world = a_world()
    short = a_role("view", a_rule("list"), left_out=1)
    draw(world, short, a_binding("b", "view", ALICE_THERE))
    said = said_of(world, "get")
    assert "You perhaps can do that now" in said
    assert "may allow it" in said


def test_can_i_names_the_kinds_that_are_not_seen() -> None:
    """So whoever installed Daypass knows which right its worker lacks."""
    world = a_world()
    unseen = {Kind.ROLE: "forbidden", Kind.NAMESPACE: "forbidden"}
    draw(world, VIEW, unseen=unseen, left_out={Kind.CLUSTER_ROLE_BINDING: 2})
    assert "Not every ClusterRoleBinding and Role there is seen" in said_of(world, "create")


def test_can_i_says_that_a_message_is_about_somebody_else() -> None:
    """Where kubectl signs in as another, no level helps."""
    world = a_world()
    draw(world, VIEW)
    assert "is about user `bob@example.com`" in said_of(world, heard_of="bob@example.com")
    assert "is about user" not in said_of(world, heard_of="alice@example.com")


def test_can_i_says_which_group_it_took_and_for_whom() -> None:
    """An administrator reads the other's name."""
    world = a_world()
    rule = a_rule("get", of="widgets", api_groups=("a.example", "b.example"))
    draw(world, a_role("view", rule))
    said = said_of(world, "get", "widgets", actor=DAN, person="U0ALICE")
    assert "alice cannot do that now" in said
    assert "API group `a.example`; roles there also name b.example" in said


def test_can_i_for_somebody_else_says_nothing_of_who_asks() -> None:
    """An administrator reads whose lease it is not, what the other may ask for, and who types."""
    world = a_world()
    draw(world, VIEW)
    said = said_of(world, actor=DAN, person="U0ALICE")
    assert "what gives least first: The lines are for alice to type." in said
    nothing = said_of(world, "create", actor=DAN, person="U0ALICE")
    assert "No level that alice may ask for there allows it." in nothing
    grant(world)
    assert "By your lease `000000000001-1`" in said_of(world)
    said = said_of(world, actor=DAN, person="U0ALICE")
    assert "alice can do that now" in said
    assert "By lease `000000000001-1`" in said


def test_can_i_has_a_line_for_each_cluster() -> None:
    """Where several have something to say; of one not seen that is said."""
    world = a_world()
    draw(world, VIEW)
    assert "Nothing is known of dev" in said_of(world, cluster="")
    draw(world, VIEW, cluster="dev")
    said = said_of(world, cluster="")
    assert "on which cluster?" in said
    assert "prod: not now; `debug` would allow it" in said
    assert "/access … --on dev" in said


def test_can_i_fits_with_the_longest_of_everything() -> None:
    """Names, groups, users, many clusters."""
    clusters = {f"{LONG}{n}": Cluster(name=f"{LONG}{n}", labels={"env": "prod"}) for n in range(30)}
    world = a_world(a_catalog(clusters=clusters))
    for name in clusters:
        draw(world, a_role("view", a_rule("get", of="*", api_groups=("*",))), cluster=name)
    one = next(iter(clusters))
    more: dict[str, Any] = {"heard_of": HOSTILE * 20, "namespace": LONG}
    for cluster in ("", one):
        said_of(world, LONG, f"{LONG}/{LONG}/{LONG}", cluster=cluster, **more)
        said_of(world, "get", f"x{LONG}", cluster=cluster, **more)


def test_can_i_says_which_lease_may_allow_it() -> None:
    """It is being removed, or nobody knows what it gives."""
    world = a_world()
    grant(world)
    draw(world, VIEW)
    bare = replace(world, catalog=a_catalog(levels=(a_group_level("admins"),)))
    said = said_of(bare)
    assert "You perhaps can do that now" in said
    assert "Lease `000000000001-1` of `debug` may allow that: it was approved for some" in said
    taken = replace(lease_of(world), adopted=True)
    world.store.commit(Change(move=world.ids.move(), leases=(taken,)))
    assert "taken over when Daypass had lost its memory" in said_of(bare)
    let_go(world)
    assert "may allow that: it is being removed, which the cluster did" in said_of(world)
