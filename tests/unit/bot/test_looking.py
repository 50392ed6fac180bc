"""Looking into clusters from Slack, all the way and back."""

import pytest

from daypass.adapters.slack import actions as act
from tests.drawing import VIEW, a_binding, a_role, a_rule, draw, group
from tests.unit.bot.stage import Stage

REFUSED = (
    "Error from server (Forbidden): pods “web” is forbidden: User “alice@example.com” cannot get "
    "resource “pods” in API group “” in the namespace “payments”"
)


@pytest.fixture
def seen(stage: Stage) -> Stage:
    """A stage on which prod was seen."""
    vault = a_role("vault", a_rule("get", of="secrets"))
    many = [a_binding(f"b{n:02}", "view", group(f"g{n:02}")) for n in range(9)]
    draw(stage.world, VIEW, vault, *many)
    return stage


def test_button_shows_the_rules_of_a_role(seen: Stage) -> None:
    """What it carries is judged when it is pressed, by whoever it is, after any restart."""
    assert "`get, list` on `pods` (core)" in seen.click("alice", act.RULES, "prod ClusterRole/view")
    assert "none that you may see" in seen.click("alice", act.RULES, "prod ClusterRole/vault")
    assert "`get` on `secrets`" in seen.click("dan", act.RULES, "prod ClusterRole/vault")


@pytest.mark.parametrize(
    "value", ["", " ", "prod", "prod ", "prod nonsense/x", "nowhere ClusterRole/view", "x" * 1_999]
)
def test_forged_button_shows_nothing_more(seen: Stage, value: str) -> None:
    """Whatever Slack sends as its value."""
    assert "secrets" not in seen.click("alice", act.RULES, value)


def test_next_page_is_a_line_that_works(seen: Stage) -> None:
    """What is printed can be typed."""
    said = seen.say("alice", "discover prod --kind group")
    assert "And 1 more" in said
    assert "/access discover prod --kind group --page 2" in said
    assert "`g08`" in seen.say("alice", "discover prod --kind group --page 2")


def test_refusal_of_kubernetes_is_answered_with_the_level_that_helps(seen: Stage) -> None:
    """Pasted as it came from the terminal, quotes made curly."""
    said = seen.say("alice", REFUSED)
    assert "You cannot do that now: `get pods/web` in `payments` on prod." in said
    assert "/access to prod --k8sGroup=debug --namespace payments" in said
    assert "is about user" in seen.say("carol", REFUSED)


def test_several_clusters_have_a_line_each(seen: Stage) -> None:
    """The cluster is not in the message; each line asks of one."""
    draw(seen.world, VIEW, cluster="dev")
    said = seen.say("alice", REFUSED)
    assert "/access can-i get pods/web --namespace payments --on dev" in said
    again = seen.say("alice", "can-i get pods/web --namespace payments --on dev")
    assert "/access to dev --k8sGroup=debug" in again


def test_unknown_cluster_comes_with_the_right_line(seen: Stage) -> None:
    """One letter wrong costs nothing else."""
    said = seen.say("alice", "discover prd view --kind role")
    assert "/access discover prod view --kind role" in said
    said = seen.say("alice", "can-i get pods -n payments --on prd")
    assert "/access can-i get pods --namespace payments --on prod" in said


def test_stage_is_whole_without_a_picture(stage: Stage) -> None:
    """Nothing was ever seen: that is said, and by what it would be."""
    assert "Nothing of prod is known yet" in stage.say("alice", "discover prod")


def test_details_are_judged_at_the_click(seen: Stage) -> None:
    """By whoever presses: the button stands where everybody sees it."""
    seen.say("alice", "to prod --k8sGroup=debug because INC-42")
    name = "000000000001"
    assert "`get, list` on `pods`" in seen.click("bob", act.DETAILS, name)
    assert "for you: 1 right" in seen.click("alice", act.DETAILS, name)
    assert "There is no request" in seen.click("carol", act.DETAILS, name)
    assert "for you: 1 right" in seen.click("alice", act.DETAILS, "prod debug")
    assert "No workflow lets alice" in seen.click("alice", act.DETAILS, "prod other")
    assert "There is no request" in seen.click("alice", act.DETAILS, "")
    assert "for you: 1 right" in seen.say("alice", "details debug on prod")
    assert "*Adds:* read pods in payments" in seen.say("alice", "catalog prod debug")
