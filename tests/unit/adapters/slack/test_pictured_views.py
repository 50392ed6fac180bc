"""What people read of a cluster is what Slack takes, however much there is and whoever wrote it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.limits import check_message
from daypass.adapters.slack.views.about import whoami
from daypass.adapters.slack.views.discover import discovered, rule_said, rules_button
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.who import present
from daypass.domain.catalog import Cluster
from daypass.domain.grant import Subject
from daypass.domain.ids import PersonId
from daypass.domain.lease import LeaseState
from daypass.domain.picture import Entry, Kind
from daypass.domain.rbac import PolicyRule
from daypass.domain.scope import within
from daypass.usecases.requests import browse
from daypass.usecases.requests.discover import Discover, discover
from daypass.usecases.requests.who import Who, who
from tests.builders import World, a_catalog, a_world
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_namespace, a_role, a_rule, draw, group
from tests.unit.adapters.slack.examples import a_scene, texts
from tests.unit.usecases.scenes import ALICE, CAROL, DAN, grant

LONG, PLACE = "&" * 253, "<" * 63
HOSTILE = "<!channel> *bold* `code` <@U0BOB> \u202e\n> quoted"
PAIRS = {f"{LONG}{n}": LONG for n in range(50)}
RULE = PolicyRule(
    verbs=("get", HOSTILE) * 50,
    api_groups=(LONG,) * 9,
    resources=("secrets", LONG) * 50,
    resource_names=(LONG,) * 50,
)
MORE = "/access discover prod --page 2"


def scene(world: World) -> Scene:
    return Scene(command="/access", catalog=world.catalog)


def read(message: Message) -> str:
    """Return all that stands in a message that Slack takes."""
    assert not check_message(message)
    return "\n".join(texts(message))


def found(
    world: World, *words: str, actor: PersonId = DAN, more: str = MORE, **fields: Any
) -> Message:
    asked = Discover(actor=actor, cluster="prod", words=words, **fields)
    return discovered(discover(asked, world.ask), scene(world), more)


def five_thousand() -> list[Entry]:
    """Return the most and the longest that may match."""
    subjects = tuple(
        Subject(name=f"{n}{LONG}", kind=kind) for n in range(9) for kind in ("User", "Group")
    )
    common: dict[str, Any] = {"labels": PAIRS, "annotations": {HOSTILE: HOSTILE}, "left_out": 10**9}
    rules = (RULE,) * 3
    return [
        *(a_role(f"{n}{LONG}"[:253], *rules, **common) for n in range(1_000)),
        *(a_role(f"{n}{LONG}"[:253], *rules, namespace=PLACE, **common) for n in range(1_000)),
        *(a_binding(f"{n}{LONG}"[:253], LONG, *subjects, **common) for n in range(1_000)),
        *(
            a_binding(f"{n}{LONG}"[:253], LONG, *subjects, namespace=PLACE, **common)
            for n in range(1_000)
        ),
        *(a_namespace(f"{n}{LONG}"[:253], **common) for n in range(1_000)),
    ]


@pytest.fixture(scope="module")
def crowded() -> World:
    """A world with all of that on prod."""
    made = a_world()
    gaps = dict.fromkeys(Kind, LONG)
    draw(made, *five_thousand(), unseen=gaps, left_out=dict.fromkeys(Kind, 10**9))
    return made


def test_message_fits_whatever_matches(crowded: World) -> None:
    """Five thousand of the longest names, on every page, by every kind."""
    assert "And 5,0" in read(found(crowded, "&"))
    for page in (2, 600, 999_999):
        read(found(crowded, "&", page=page))
    for kind in ("user", "group", "role", "clusterrole", "rolebinding", "binding", "namespace"):
        read(found(crowded, kind=kind))
    read(found(crowded))
    read(found(crowded, "&", more=f"/access discover prod {'x' * 2_900}"))
    read(
        present(
            who(Who(actor=DAN, cluster="prod", namespaces=(PLACE,)), crowded.ask),
            scene(crowded),
            MORE,
        )
    )


def test_nothing_from_a_cluster_acts_in_slack() -> None:
    """No mention, no link, no mark, no line of its own."""
    world = a_world()
    role = a_role(HOSTILE, RULE, annotations={"a": HOSTILE}, labels={HOSTILE: "b"})
    draw(
        world, role, a_binding(HOSTILE, "edit", Subject(name=HOSTILE)), unseen={Kind.ROLE: HOSTILE}
    )
    for said in (read(found(world, "channel")), read(found(world, role.key))):
        assert "<!channel>" not in said
        assert "<@U0BOB>" not in said
        assert "\u202e" not in said
        assert "*bold*" not in said.replace("`", "*bold*") or "`<" not in said


def test_role_of_a_thousand_rules_has_pages() -> None:
    """Each of the longest."""
    world = a_world()
    draw(
        world, a_role("huge", *(replace(RULE, verbs=(f"v{n}",)) for n in range(1_000)), left_out=7)
    )
    first = read(found(world, "ClusterRole/huge"))
    assert "1,000 rules, and 7 that were too many to be kept" in first
    assert "And 985 more" in first
    assert MORE in first
    assert "`v15`" in read(found(world, "ClusterRole/huge", page=2))


def test_role_has_a_button_with_its_key() -> None:
    """It carries the cluster and the key and no more; one too long for Slack has none."""
    button = rules_button("prod", VIEW)
    assert button is not None
    assert (button["action_id"], button["value"]) == (act.RULES, "prod ClusterRole/view")
    assert rules_button("prod", replace(VIEW, name="x" * 2_000)) is None


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (a_rule("get", "list"), "`get, list` on `pods` (core)"),
        (a_rule("get", api_groups=("apps",), resource_names=("web",)),
         "`get` on `pods` (apps), only `web`"),
        (PolicyRule(verbs=("get",), non_resource_urls=("/healthz",)), "`get` on `/healthz`"),
        (PolicyRule(verbs=(), api_groups=()), "`nothing` on `nothing` ()"),
    ],
)  # fmt: skip
def test_rule_is_said_as_kubectl_describes_it(rule: PolicyRule, expected: str) -> None:
    """Verbs, resources, names or paths."""
    assert rule_said(rule) == expected


def test_rule_shows_kubernetes_own_verbs_though_others_were_made_up() -> None:
    """They stand where the line is cut."""
    verbs = (*(f"a{n}{'x' * 30}" for n in range(9)), "delete", "get")
    assert rule_said(PolicyRule(verbs=verbs, resources=("pods",))).startswith("`delete, get, a0x")


def test_things_say_what_matters_of_them() -> None:
    """Risks of a role, whom a binding binds, what a subject has; the age where it is old."""
    world = a_world()
    draw(
        world,
        a_role("deep", a_rule("get", of="secrets"), aggregated=True),
        a_binding("b", "deep", ALICE_THERE, namespace="payments"),
        a_binding("nobody", "deep"),
        a_namespace("payments", labels={"team": "pay"}),
        at=world.clock.now() - timedelta(hours=1),
        left_out={Kind.ROLE: 3},
    )
    said = read(found(world, "d"))
    assert "1 rule, gathered from other roles · ⚠️ read secrets" in said
    assert "`ClusterRole/deep` in `payments` by b" in said
    assert "gives `ClusterRole/deep` to nobody" in said
    assert "As it was <!date^" in said
    assert "Role: 3 too many to be kept" in said
    assert "labels: team=pay" in read(found(world, "payments", kind="ns"))


def test_roles_that_are_bound_and_not_there_are_named() -> None:
    """Under whoever they are bound to, and under the binding."""
    world = a_world()
    draw(world, VIEW, a_binding("odd", "Role/none", ALICE_THERE, namespace="payments"))
    said = read(found(world, "odd"))
    assert "there is no `Role payments/none`" in said
    draw(world, *(a_binding(f"odd{n}", LONG + str(n), ALICE_THERE) for n in range(9)))
    assert "and 6 more" in read(found(world, "alice"))
    assert "there is no" not in read(found(world, "view"))


def test_others_read_no_numbers_of_what_they_do_not_see() -> None:
    """Neither how many are left out nor why a kind is not seen."""
    world = a_world()
    draw(world, VIEW, left_out={Kind.ROLE: 4_711}, unseen={Kind.NAMESPACE: "secret reason"})
    said = read(found(world, "view", actor=ALICE))
    assert "some too many to be kept" in said
    assert "Namespace: not seen" in said
    assert "4,711" not in said
    assert "secret" not in said
    assert "Shown is what the levels that you may ask for concern." in said


def test_nothing_found_is_said() -> None:
    """And the overview says how to go on."""
    world = a_world()
    draw(world, VIEW)
    assert "Nothing that you may see on prod fits." in read(found(world, "nope"))
    assert "On prod: 1 ClusterRole." in read(found(world))
    assert "/access who prod" in read(found(world))


def test_who_says_until_when_and_by_what() -> None:
    """Leases with their end, standing bindings with their role."""
    world = a_world()
    grant(world)
    draw(world, VIEW, a_binding("ops", "view", group("ops")))
    asked = Who(actor=DAN, cluster="prod", namespaces=("payments",))
    said = read(present(who(asked, world.ask), scene(world), MORE))
    assert "in payments on prod now: 1 lease, 1 by standing bindings" in said
    assert "<@U0ALICE> has `debug` in payments, until <!date^" in said
    assert "Group `ops`: `ClusterRole/view` cluster-wide by ops" in said
    for actor, unread in ((DAN, "1 lease"), (CAROL, "some leases")):
        found = who(replace(asked, actor=actor), world.ask, most=0)
        assert f"Not looked at: {unread} of this" in read(present(found, scene(world), MORE))
    draw(world, a_binding("crowd", "view", group("ops"), left_out=3))
    said = read(present(who(asked, world.ask), scene(world), MORE))
    assert "Not all are named: 1 binding there for more subjects" in said


@pytest.mark.parametrize(
    ("state", "words"),
    [(LeaseState.GRANTING, "is being granted"), (LeaseState.REVOKING, "is being removed")],
)
def test_who_says_what_is_under_way(state: LeaseState, words: str) -> None:
    """Its objects may let its holder act meanwhile."""
    world = a_world()
    grant(world)
    draw(world, VIEW)
    found = who(Who(actor=DAN, cluster="prod"), world.ask)
    passing = replace(found, leases=(replace(found.leases[0], state=state),))
    assert f"has `debug` in payments, {words}" in read(present(passing, scene(world), MORE))


@pytest.mark.parametrize(("actor", "shown"), [(ALICE, True), (DAN, True), (CAROL, False)])
def test_who_points_to_a_request_only_who_may_read_it(actor: PersonId, *, shown: bool) -> None:
    """Carol sees that alice has it; the line would tell her that there is no such request."""
    world = a_world()
    lease = replace(grant(world), scope=within("payments", *(f"team-{n}" for n in range(40))))
    draw(world, VIEW)
    asked = replace(who(Who(actor=actor, cluster="prod"), world.ask), leases=(lease,))
    said = read(present(asked, scene(world), MORE))
    assert "in 41 namespaces" in said
    assert ("/access status" in said) is shown


def test_whoami_says_where_a_name_comes_from() -> None:
    """A template or what was written down for one, and whether bindings name it."""
    clusters = {
        "prod": Cluster(name="prod", overrides={"U0ALICE": "alice"}),
        "dev": Cluster(name="dev"),
    }
    world = a_world(a_catalog(clusters=clusters))
    draw(world, VIEW, a_binding("b", "view", Subject(name="alice")), a_binding("c", "view"))
    said = read(whoami(browse.whoami(browse.Browse(actor=ALICE), world.ask), a_scene()))
    assert (
        "prod: `alice`, written down for you as `alice`; standing bindings that name it: 1" in said
    )
    assert "dev: `alice@example.com`, made of `{email}`\n" in said
    assert "In which groups you are there only the cluster knows" in said
